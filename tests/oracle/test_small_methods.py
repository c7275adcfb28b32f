# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""IA³, VeRA and AdaLoRA against PEFT: twenty training steps from the same start, PEFT's files of
every family here and merged, the engine's in PEFT."""
import json
import types
import warnings

import peft
import torch
from safetensors.torch import load_file

import engine
import peft_side
import test_methods
import tiny_models

STEPS = {"training.max_steps": 20}
TOLERANCE = 1e-4


class AdaloraTraining(peft_side.Training):
    """With what PEFT adds to the loss and does after each step."""

    def __init__(self, adapted, job):
        super().__init__(adapted, job)
        self.tuner = adapted.base_model
        self.done = 0

    def backward(self, batches):
        loss = super().backward(batches)
        forward = self.tuner.model.forward
        self.tuner.model.forward = lambda: types.SimpleNamespace(loss=torch.zeros(()))
        self.tuner.forward().loss.backward()
        self.tuner.model.forward = forward
        return loss

    def step(self, batches):
        result = super().step(batches)
        self.done += 1
        self.tuner.update_and_allocate(self.done)
        return result


class Steps(test_methods.MethodTest):
    """Losses and gradient norms of every step, then tensors and logits, both ways."""

    training = peft_side.Training

    def check(self, make_model, method, **changes):
        self.method = method
        self.prepare(make_model, **STEPS, **changes)
        adapted = self.compare(make_model, self.start())
        for name, tensor in peft_side.state(adapted).items():
            if name.endswith(("vera_A", "vera_B")):
                config = peft.VeraConfig.from_pretrained(self.folder / "run/output/last")
                config.base_model_name_or_path = None  # PEFT warns of another one
                drawn = peft.get_peft_model(make_model(), config)
                self.assertTrue(torch.equal(tensor, peft_side.state(drawn)[name]), name)

    def compare(self, make_model, start):
        steps, run = self.train("run")
        adapted = peft_side.load_adapter(make_model(), start)
        training = self.training(adapted, self.job)
        theirs = torch.tensor([training.step(batches) for batches in self.steps(self.job)],
                              dtype=torch.double)
        ours = torch.tensor([[step["loss"], step["grad_norm"], step["learning_rate"]]
                             for step in steps], dtype=torch.double)
        for column, (what, allowed) in enumerate([("loss", 1e-5), ("gradient norm", 1e-4)]):
            self.assert_close(what, ours[:, column] / theirs[:, column],
                              torch.ones(len(ours), dtype=torch.double), allowed)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        expected = peft_side.state(adapted)
        self.assertEqual(sorted(trained), sorted(expected))
        worst = max(expected, key=lambda name: engine.relative_norm(trained[name], expected[name]))
        self.assert_norm_close(worst, trained[worst], expected[worst], 1e-4)
        self.compare_logits(run, adapted)
        self.compare_logits(run, self.opened(make_model(), run / "output/last"))
        return adapted

    def opened(self, model, folder):
        """PEFT warns of every rank_pattern of AdaLoRA, its own too: it reads them for LoRA's."""
        return peft_side.load_adapter(model, folder, "The following rank_pattern keys.*")

    def use(self, model, rows, **changes):
        super().use(model, rows, **changes)
        self.job.update({"training.weight_decay": 0.0, **changes})


class ConstantSteps(Steps):
    """IA³ and VeRA."""

    def test_ia3_llama(self):
        self.check(lambda: tiny_models.llama(attention_bias=True, mlp_bias=True), "ia3")

    def test_ia3_gpt2(self):
        self.check(tiny_models.gpt2, "ia3")

    def test_ia3_phi3_slices(self):
        """Only k and v of the fused weight: PEFT trains all of it, so what it holds is compared."""
        self.method = "ia3"
        self.prepare(tiny_models.phi3, **STEPS)
        _, run = self.train("run")
        held = load_file(run / "output/last/adapter_model.safetensors")
        fused = next(held[name] for name in sorted(held) if "qkv_proj" in name)
        self.assertTrue((fused[:64] == 1).all())
        self.assertFalse((fused[64:] == 1).any())
        self.compare_logits(run, peft_side.load_adapter(tiny_models.phi3(), run / "output/last"))

    def test_vera_llama(self):
        self.check(tiny_models.llama, "vera", **{"method.rank": 16})

    def test_vera_gpt2_another_key(self):
        self.check(tiny_models.gpt2, "vera", **{
            "method.rank": 9, "method.targets": ["c_attn", "c_fc"], "method.d_initial": 0.2,
            "method.projection_prng_key": 5})


class AdaloraSteps(Steps):
    """Through all three phases of the allocation."""

    training = AdaloraTraining

    def check_allocation(self, make_model, targets, **config):
        self.method = "adalora"
        values = {"init_r": 6, "target_r": 2, "tinit": 3, "tfinal": 4, "deltaT": 2,
                  "orth_reg_weight": 0.5, **config}
        torch.manual_seed(4)
        start = self.folder / "theirs"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            peft.get_peft_model(make_model(), peft.AdaLoraConfig(
                task_type="CAUSAL_LM", total_step=20, lora_alpha=8, target_modules=targets,
                **values)).save_pretrained(start)
        self.prepare(make_model, **STEPS, **{
            "method.alpha": 8, "method.targets": targets, "method.start_from": str(start),
            **{f"method.{key}": value for key, value in values.items()}})
        adapted = self.compare(make_model, start)
        theirs = adapted.peft_config["default"].rank_pattern
        written = json.loads(
            (self.folder / "run/output/last/adapter_config.json").read_text())
        self.assertEqual(written["rank_pattern"], {
            name.replace(".default", ""): flags for name, flags in theirs.items()})
        self.assertEqual(written["total_step"], 20)
        left = sum(sum(flags) for flags in theirs.values())
        self.assertEqual(left, values["target_r"] * len(theirs))

    def test_llama(self):
        self.check_allocation(tiny_models.llama, ["q_proj", "v_proj", "down_proj"])

    def test_llama_no_phases(self):
        self.check_allocation(tiny_models.llama, ["q_proj", "o_proj"], tinit=0, tfinal=0, deltaT=1,
                              beta1=0.6, beta2=0.9)

    def test_gpt2(self):
        self.check_allocation(tiny_models.gpt2, ["c_attn", "mlp.c_proj"])


class Families(engine.OracleTest):
    """An adapter of PEFT gives PEFT's logits, apart and merged, and comes back byte for byte; one
    of slices, which PEFT cannot say, becomes a LoRA of the same logits."""

    def configs(self, kind):
        fused = {"gpt2": ["c_attn", "mlp.c_proj"], "phi3": ["qkv_proj", "down_proj"],
                 "gpt_neox": ["query_key_value", "dense_4h_to_h"]}.get(kind)
        targets = fused or ["q_proj", "v_proj", "down_proj"]
        is_gpt2 = kind == "gpt2"
        yield "ia3", peft.IA3Config(
            task_type="CAUSAL_LM", target_modules=targets, feedforward_modules=targets[-1:],
            init_ia3_weights=False, fan_in_fan_out=is_gpt2)
        for save in (True, False):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield f"vera {save}", peft.VeraConfig(
                    task_type="CAUSAL_LM", target_modules=targets, r=7, init_weights=False,
                    projection_prng_key=3, save_projection=save, fan_in_fan_out=is_gpt2)
        yield "adalora", peft.AdaLoraConfig(
            task_type="CAUSAL_LM", target_modules=targets, init_r=5, target_r=2, total_step=9,
            init_lora_weights=False, lora_alpha=3, fan_in_fan_out=is_gpt2)

    def check(self, name):
        make = tiny_models.FAMILIES[name]
        base = tiny_models.save(make(), self.folder / "model")
        ids = engine.random_ids(40, tiny_models.VOCABULARY)
        for method, config in self.configs(make().config.model_type):
            with self.subTest(method=method), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs, ours, merged = (self.folder / f"{method} {part}"
                                        for part in ("theirs", "ours", "merged"))
                torch.manual_seed(3)
                adapted = peft.get_peft_model(make(), config)
                if method == "adalora":
                    self.prune(adapted)
                adapted.save_pretrained(theirs)
                expected = engine.reference_logits(adapted, ids)
                self.assert_close(method, engine.logits(base, ids, [theirs]), expected, TOLERANCE)
                engine.run("export", "--format", "peft", "--model", base, "--adapter", theirs,
                           "--out", ours)
                self.assert_same_tensors(ours / "adapter_model.safetensors",
                                         theirs / "adapter_model.safetensors")
                engine.run("export", "--format", "merged", "--model", base, "--adapter", theirs,
                           "--out", merged)
                self.assert_close(f"{method} merged", engine.reference_logits(
                    engine.load_reference(merged), ids), expected, TOLERANCE)

    def prune(self, adapted):
        """Every second triplet is switched off, all of one module."""
        pattern = {}
        for index, (name, parameter) in enumerate(
                (name, parameter) for name, parameter in adapted.base_model.model.named_parameters()
                if "lora_E" in name):
            kept = [index > 0 and row % 2 == index % 2 for row in range(len(parameter))]
            parameter.data[[not one for one in kept]] = 0
            pattern[name] = kept
        adapted.peft_config["default"].rank_pattern = pattern

    def test_slices(self):
        base = tiny_models.save(tiny_models.gpt2(), self.folder / "model")
        data = self.folder / "data.jsonl"
        data.write_text('{"prompt": "What is it?", "completion": "A stone."}\n' * 8)
        ids = engine.random_ids(40, tiny_models.VOCABULARY)
        for method in ("vera", "adalora"):
            run, exported = self.folder / method, self.folder / f"{method} peft"
            engine.train(base, data, run, {
                "method.targets": ["q", "v"], "training.max_steps": 6,
                "training.learning_rate": 0.05}, method)
            adapter = run / "output/last"
            self.assertEqual(json.loads((adapter / "adapter_config.json").read_text())[
                "lora_studio_method"], method)
            engine.run("export", "--format", "peft", "--model", base, "--adapter", adapter,
                       "--out", exported)
            adapted = peft_side.load_adapter(tiny_models.gpt2(), exported)
            self.assertEqual(adapted.peft_config["default"].peft_type, "LORA")
            self.assert_close(method, engine.logits(base, ids, [adapter]),
                              engine.reference_logits(adapted, ids), TOLERANCE)


for _family in ("llama", "llama_biases_llama3_rope", "mistral", "qwen2", "qwen3", "gemma", "gemma2",
                "gemma3_text", "phi3", "gpt2", "gpt_neox"):
    setattr(Families, f"test_{_family}", lambda self, name=_family: self.check(name))


if __name__ == "__main__":
    engine.main()
