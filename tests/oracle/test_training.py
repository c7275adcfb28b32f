# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Gradients and whole training runs against PEFT and torch's AdamW (T6, T12, T15)."""
import json

import torch
from safetensors import safe_open
from safetensors.torch import load_file

import engine
import peft_side
import tiny_models

QUESTIONS = ["What is it?", "Who goes there, and why so late?", "무엇을 찾니?", "2 + 2?", "And then",
             "Name the colours of a flag you like", "Why"]
ANSWERS = ["A stone.", "Only the wind.", "바다", "4", "they went home, one after the other.",
           "Blue, white and a little red.", "Because it rained all night long."]

JOB = {
    "data.shuffle": False, "data.packing": False, "data.validation.fraction": 0,
    "training.compute_dtype": "float32", "training.batch_size": 2, "training.accumulate": 2,
    "training.schedule": "linear", "training.warmup_steps": 3, "training.max_steps": 12,
    "training.learning_rate": 5e-3, "training.weight_decay": 0.1, "training.max_grad_norm": 0.7,
    "method.rank": 4, "method.alpha": 8, "method.dropout": 0,
}
NOTHING_LEARNT = {"training.max_steps": 1, "training.warmup_steps": 1}  # at step 0 the rate is 0
# One step whose first moment is the gradient itself, over all samples.
GRADIENT = {"training.max_steps": 1, "training.max_grad_norm": 0.0, "training.beta1": 0.0,
            "training.batch_size": 3, "training.accumulate": 3, "training.warmup_steps": 0,
            "training.warmup_ratio": 0}


class TrainingTest(engine.OracleTest):
    method = "lora"

    def prepare(self, make_model, dtype=None, **changes):
        """A tiny model and a few conversations."""
        self.use(tiny_models.save(make_model(), self.folder / "model", dtype), "".join(json.dumps(
            {"messages": [{"role": "user", "content": question},
                          {"role": "assistant", "content": answer}]}) + "\n"
            for question, answer in zip(QUESTIONS, ANSWERS)), **changes)

    def use(self, model, rows, **changes):
        self.model = model
        self.data = self.folder / "data.jsonl"
        self.data.write_text(rows)
        self.job = {**JOB, **changes}
        self.samples = engine.run("preview", "--model", self.model, "--data", self.data,
                                  "--rows", 1000)
        self.assertEqual(len(self.samples), rows.count("\n"))

    def train(self, name, **changes):
        """The step events and the run folder."""
        run = self.folder / name
        return engine.train(self.model, self.data, run, {**self.job, **changes}, self.method), run

    def start(self, **changes):
        """The adapter as it is before the first step."""
        _, run = self.train("start", **NOTHING_LEARNT, **changes)
        return run / "output/last"

    def steps(self, job):
        return peft_side.steps_of(self.samples, job["training.batch_size"],
                                  job["training.accumulate"], job["training.max_steps"])

    def compare_steps(self, steps, reference, factor=lambda parameter: 1):
        """Trains the reference on the same batches; both go the same way, step by step."""
        training = peft_side.Training(reference, self.job, factor)
        theirs = torch.tensor([training.step(batches) for batches in self.steps(self.job)],
                              dtype=torch.double)
        ours = torch.tensor([[step["loss"], step["grad_norm"], step["learning_rate"]]
                             for step in steps], dtype=torch.double)
        for column, (what, allowed) in enumerate([("loss", 1e-5), ("gradient norm", 1e-4),
                                                  ("learning rate", 1e-9)]):
            expected = theirs[:, column]
            scale = expected.abs().clamp_min(1e-12)
            self.assert_close(what, ours[:, column] / scale, expected / scale, allowed)

    def compare(self, make_model, slices=None):
        start = self.start()
        steps, run = self.train("run")
        adapted = peft_side.load_adapter(make_model(), start)
        if slices is not None:
            keep_slices(adapted, slices)
        self.compare_steps(steps, adapted)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        expected = peft_side.state(adapted)
        self.assertEqual(sorted(trained), sorted(expected))
        before = load_file(start / "adapter_model.safetensors")
        for name, tensor in expected.items():
            self.assertGreater(engine.relative_norm(before[name], tensor), 1e-3, name)
            if name.endswith("c_attn.base_layer.bias"):
                drop_key_bias(trained[name])
                drop_key_bias(tensor)
        worst = max(expected, key=lambda name: engine.relative_norm(trained[name], expected[name]))
        self.assert_norm_close(worst, trained[worst], expected[worst], 1e-4)
        ids = self.samples[0]["ids"]
        self.assert_close("logits", engine.logits(self.model, ids, [run / "output/last"]),
                          engine.reference_logits(adapted, ids), 1e-4)


def keep_slices(adapted, slices):
    """Trains only the slices' blocks in B, and their lengths, of a joined update of c_attn."""
    for name, parameter in adapted.named_parameters():
        is_length = "c_attn.lora_magnitude_vector" in name
        if "c_attn.lora_B" in name or is_length:
            width, rank = parameter.shape[0] // 3, parameter.shape[-1] // len(slices)
            mask = torch.zeros_like(parameter)
            for column, part in enumerate(slices):
                rows = slice("qkv".index(part) * width, ("qkv".index(part) + 1) * width)
                columns = () if is_length else (slice(column * rank, (column + 1) * rank),)
                mask[(rows, *columns)] = 1
            parameter.register_hook(lambda gradient, mask=mask: gradient * mask)


def drop_key_bias(bias):
    """Without rotary positions the same number added to all keys changes no attention: the gradient
    of that part is rounding noise, which AdamW turns into whole steps."""
    width = bias.shape[0] // 3
    bias[width:2 * width] = 0


class Training(TrainingTest):
    """Twelve steps of AdamW from the same start: losses, norms and rates step by step, and the
    adapter at the end."""

    def check(self, make_model, slices=None, **changes):
        self.prepare(make_model, **changes)
        self.compare(make_model, slices)

    def test_llama_q_v(self):
        self.check(tiny_models.llama, **{"method.targets": ["q", "v"]})

    def test_llama_loralib_optimizer(self):
        self.check(tiny_models.llama, **{
            "method.targets": "all-linear", "training.optimizer": "adamw_loralib",
            "training.beta2": 0.98})

    def test_llama_all_linear_rank_stabilised_cosine(self):
        self.check(lambda: tiny_models.llama(tie_word_embeddings=True),
                   **{"method.targets": "all-linear", "method.use_rslora": True,
                      "training.schedule": "cosine"})

    def test_llama_biases_and_modules(self):
        self.check(lambda: tiny_models.llama(attention_bias=True),
                   **{"method.targets": ["q", "down"], "method.bias": "lora_only",
                      "method.modules_to_save": ["lm_head", "model.norm"]})

    def test_llama_smoothed_labels(self):
        self.check(tiny_models.llama, **{"method.targets": "all-linear",
                                         "training.label_smoothing": 0.1})

    def test_gpt2_c_attn(self):
        self.check(tiny_models.gpt2, **{"method.targets": ["c_attn"]})

    def test_gpt2_q_v(self):
        self.check(tiny_models.gpt2, "qv", **{"method.targets": ["q", "v"]})

    def test_gpt2_k_alone(self):
        self.check(tiny_models.gpt2, "k", **{"method.targets": ["k"]})

    def test_gpt2_all_linear_and_biases(self):
        self.check(tiny_models.gpt2, **{"method.targets": "all-linear", "method.bias": "all"})

    def test_sample_model(self):
        rows = (engine.SAMPLE_MODEL.parent / "pirate.jsonl").read_text().splitlines(True)[:60]
        self.use(engine.SAMPLE_MODEL, "".join(rows),
                 **{"method.targets": ["q", "v"], "training.batch_size": 4})
        self.compare(lambda: engine.load_reference(engine.SAMPLE_MODEL))

    def test_bfloat16(self):
        """Losses in bfloat16 stay with those in float32."""
        self.prepare(tiny_models.llama, **{"method.targets": "all-linear"})
        exact, _ = self.train("exact")
        rounded, _ = self.train("rounded", **{"training.compute_dtype": "bfloat16"})
        exact, rounded = (torch.tensor([step["loss"] for step in steps])
                          for steps in (exact, rounded))
        self.assert_close("loss", rounded / exact, torch.ones_like(exact), 5e-3)

    def test_packed_samples_do_not_see_each_other(self):
        self.prepare(tiny_models.llama, **{"method.targets": "all-linear"})
        job = {"training.batch_size": len(QUESTIONS), "training.accumulate": 1,
               "training.max_steps": 4}
        apart, _ = self.train("apart", **job)
        packed, _ = self.train("packed", **job, **{"data.packing": True})
        self.assert_close("loss", *(torch.tensor([step["loss"] for step in steps])
                                    for steps in (packed, apart)), 1e-5)


class Gradients(TrainingTest):
    """Gradients of every trainable tensor where A and B are both far from 0."""

    def check(self, make_model, slices=None, batch=3, **changes):
        self.prepare(make_model, **changes)
        _, away = self.train("away", **{"training.learning_rate": 0.05})
        start = away / "output/last"
        job = {**GRADIENT, "method.start_from": str(start), "training.batch_size": batch,
               "training.accumulate": 9 // batch}
        _, run = self.train("run", **job)
        adapted = peft_side.load_adapter(make_model(), start)
        training = peft_side.Training(adapted, {**self.job, **job})
        training.backward(self.steps({**self.job, **job})[0])
        theirs = peft_side.gradients(adapted)
        for name, gradient in self.gradients_of(run).items():
            module, _, factor = name.rpartition(".")
            if factor not in ("lora_A", "lora_B"):
                key = f"base_model.model.{name}"
                expected = theirs[key if key in theirs else
                                  f"base_model.model.{module}.base_layer.{factor}"]
            elif slices is None:
                expected = theirs[f"base_model.model.{module}.{factor}.weight"]
            else:
                expected = self.slice_of(theirs, module, factor, slices)
            self.assert_norm_close(name, gradient, expected, 1e-4)

    def gradients_of(self, run):
        """By the checkpoint's names, from the first moments, which lie in its order."""
        checkpoint = next((run / "checkpoints").iterdir())
        flat = load_file(checkpoint / "optimizer.safetensors")["first_moments"]
        gradients, offset = {}, 0
        with safe_open(checkpoint / "adapter.safetensors", "pt") as file:
            for name in file.offset_keys():
                shape = file.get_slice(name).get_shape()
                count = torch.Size(shape).numel()
                gradients[name] = flat[offset:offset + count].reshape(shape)
                offset += count
        self.assertEqual(offset, flat.numel())
        return gradients

    def slice_of(self, theirs, module, factor, slices):
        module, _, part = module.rpartition(".")
        whole = theirs[f"base_model.model.{module}.{factor}.weight"]
        rank, column = self.job["method.rank"], slices.index(part) * self.job["method.rank"]
        if factor == "lora_A":
            return whole[column:column + rank]
        width = whole.shape[0] // 3
        row = "qkv".index(part) * width
        return whole[row:row + width, column:column + rank]

    def test_llama(self):
        self.check(lambda: tiny_models.llama(attention_bias=True, mlp_bias=True),
                   **{"method.targets": "all-linear", "method.bias": "all",
                      "method.modules_to_save": ["embed_tokens", "input_layernorm"]})

    def test_llama_one_key_head(self):
        self.check(lambda: tiny_models.llama(num_key_value_heads=1),
                   **{"method.targets": "all-linear"})

    def test_gpt2(self):
        self.check(tiny_models.gpt2, **{"method.targets": "all-linear",
                                        "method.bias": "lora_only",
                                        "method.modules_to_save": ["ln_1", "wpe"]})

    def test_gpt2_slices(self):
        self.check(tiny_models.gpt2, "qv", **{"method.targets": ["q", "v"]})

    def check_family(self, name, **changes):
        """In transformers the longest sequence of a batch decides LongRoPE's switch for all."""
        self.check(tiny_models.FAMILIES[name], batch=1 if "longrope" in name else 3,
                   **{"method.targets": "all-linear", **changes})

    def check_smoothed(self, name):
        self.check_family(name, **{"training.label_smoothing": 0.1})

    def test_smoothed_head_that_is_trained(self):
        self.check(tiny_models.llama, **{"method.targets": ["q"],
                                         "method.modules_to_save": ["lm_head"],
                                         "training.label_smoothing": 0.3})

    def check_half(self, name):
        """All gradients as one vector, computed in bfloat16 on a bfloat16 model: no further from
        float32 than PEFT's own."""
        self.prepare(tiny_models.FAMILIES[name], torch.bfloat16,
                     **{"method.targets": "all-linear", "training.compute_dtype": "bfloat16",
                        "training.label_smoothing": 0.1})
        _, away_from_zero = self.train("away", **{"training.learning_rate": 0.02})
        start = away_from_zero / "output/last"
        batch = 1 if "longrope" in name else 3
        job = {**GRADIENT, "method.start_from": str(start), "training.batch_size": batch,
               "training.accumulate": 9 // batch}
        _, run = self.train("run", **job)
        ours = self.gradients_of(run)

        def reference(dtype):
            adapted = peft_side.load_adapter(
                engine.load_reference(self.model, dtype), start,
                ignored_warning=".*(tie|fan_in_fan_out).*")
            peft_side.Training(adapted, {**self.job, **job}).backward(
                self.steps({**self.job, **job})[0])
            theirs = peft_side.gradients(adapted)
            return torch.cat([theirs[f"base_model.model.{key}.weight"].float().flatten()
                              for key in sorted(ours)])

        actual = torch.cat([ours[key].flatten() for key in sorted(ours)])
        exact, theirs = reference(torch.float32), reference(torch.bfloat16)
        self.assert_norm_close("bfloat16", actual, exact,
                               1.5 * engine.relative_norm(theirs, exact) + 5e-3)
        away, reference = (1 - torch.nn.functional.cosine_similarity(x, exact, 0).item()
                           for x in (actual, theirs))
        self.measured("1 - cosine", away, max(1e-3, 2 * reference))
        self.assertLessEqual(away, max(1e-3, 2 * reference))


for _name in tiny_models.FAMILIES:
    for _kind in ("family", "smoothed", "half"):
        setattr(Gradients, f"test_{_kind}_{_name}",
                lambda self, name=_name, kind=_kind: getattr(self, f"check_{kind}")(name))


if __name__ == "__main__":
    engine.main()
