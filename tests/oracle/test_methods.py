# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Tuning methods beside LoRA: training runs against PEFT and torch, PEFT's files both ways (T12, T32,
T35)."""
import peft
import torch
import transformers
from safetensors.torch import load_file

import engine
import peft_side
import test_training
import tiny_models

TOKENS = 5


class MethodTest(test_training.TrainingTest):
    """Twelve steps from the same start; `self.method` is the engine's."""

    def use(self, model, rows, **changes):
        super().use(model, rows, **changes)
        for key in ("method.rank", "method.alpha"):
            del self.job[key]

    def compare_logits(self, run, reference):
        ids = self.samples[0]["ids"]
        self.assert_close("logits", engine.logits(self.model, ids, [run / "output/last"]),
                          engine.reference_logits(reference, ids)[-len(ids):], 1e-4)


class Masks(MethodTest):
    """Parts of the model itself, trained by torch."""

    def check(self, make_model, method, is_trained, **changes):
        self.method = method
        self.prepare(make_model, **{"training.learning_rate": 1e-3, **changes})
        reference = make_model()
        for name, parameter in reference.named_parameters():
            parameter.requires_grad_(is_trained(name))
        steps, run = self.train("run")
        self.compare_steps(steps, reference)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        expected = {name: parameter.detach() for name, parameter in reference.named_parameters()
                    if parameter.requires_grad}
        self.assertEqual(sorted(trained), sorted(expected))
        for name, tensor in expected.items():
            if name.endswith("c_attn.bias"):
                test_training.drop_key_bias(trained[name])
                test_training.drop_key_bias(tensor)
        worst = max(expected, key=lambda name: engine.relative_norm(trained[name], expected[name]))
        self.assert_norm_close(worst, trained[worst], expected[worst], 1e-4)
        self.compare_logits(run, reference)
        if method == "full":
            merged = self.folder / "merged"
            engine.run("export", "--format", "merged", "--model", self.model, "--adapter",
                       run / "output/last", "--out", merged)
            ids = self.samples[0]["ids"]
            self.assert_close("merged",
                              engine.reference_logits(engine.load_reference(merged), ids),
                              engine.reference_logits(reference, ids), 1e-4)

    def test_full_llama(self):
        self.check(tiny_models.llama, "full", lambda name: True)

    def test_full_llama_tied(self):
        self.check(lambda: tiny_models.llama(tie_word_embeddings=True), "full", lambda name: True)

    def test_full_gpt2(self):
        self.check(tiny_models.gpt2, "full", lambda name: True)

    def test_top_layers(self):
        layers = tiny_models.llama().config.num_hidden_layers
        self.check(tiny_models.llama, "top_layers", lambda name: f"layers.{layers - 1}." in name,
                   **{"method.count": 1})

    def test_bitfit(self):
        self.check(tiny_models.gpt2, "bitfit", lambda name: name.endswith(".bias"))


class VirtualTokens(MethodTest):
    """Prompt and prefix tuning as PEFT trains and stores them."""

    def check(self, make_model, method, config):
        self.method = method
        self.prepare(make_model, **{"method.num_virtual_tokens": TOKENS})
        start = self.start()
        adapted = self.trainable(make_model(), start)
        self.assertEqual(type(adapted.peft_config["default"]), config)
        steps, run = self.train("run")
        self.compare_steps(steps, adapted)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        expected = peft_side.state(adapted)
        self.assertEqual(sorted(trained), sorted(expected))
        for name, tensor in expected.items():
            self.assert_norm_close(name, trained[name], tensor, 1e-4)
        self.compare_logits(run, adapted)
        opened = peft.PeftModel.from_pretrained(make_model(), run / "output/last")
        self.compare_logits(run, opened)
        self.check_theirs(make_model, config)

    def trainable(self, model, folder):
        """PEFT opens these adapters for use only; to train one goes on from its numbers."""
        config = peft.PeftConfig.from_pretrained(folder)
        config.inference_mode = False
        config.base_model_name_or_path = None  # PEFT warns of another one
        adapted = peft.get_peft_model(model, config)
        peft.set_peft_model_state_dict(
            adapted, load_file(folder / "adapter_model.safetensors"))
        return adapted

    def check_theirs(self, make_model, config):
        torch.manual_seed(5)
        adapted = peft.get_peft_model(make_model(), config(
            task_type="CAUSAL_LM", num_virtual_tokens=TOKENS))
        theirs, ours = self.folder / "theirs", self.folder / "ours"
        adapted.save_pretrained(theirs)
        ids = self.samples[0]["ids"]
        self.assert_close("PEFT's", engine.logits(self.model, ids, [theirs]),
                          engine.reference_logits(adapted, ids)[-len(ids):], 1e-4)
        engine.run("export", "--format", "peft", "--model", self.model, "--adapter", theirs,
                   "--out", ours)
        self.assert_same_tensors(ours / "adapter_model.safetensors",
                                 theirs / "adapter_model.safetensors")

    def test_prompt_llama(self):
        self.check(tiny_models.llama, "prompt_tuning", peft.PromptTuningConfig)

    def test_prompt_gpt2(self):
        self.check(tiny_models.gpt2, "prompt_tuning", peft.PromptTuningConfig)

    def test_prefix_llama(self):
        self.check(tiny_models.llama, "prefix_tuning", peft.PrefixTuningConfig)

    def test_prefix_llama_fewer_key_heads(self):
        self.check(lambda: tiny_models.llama(num_key_value_heads=1), "prefix_tuning",
                   peft.PrefixTuningConfig)

    def test_prefix_gpt2(self):
        self.check(tiny_models.gpt2, "prefix_tuning", peft.PrefixTuningConfig)


PREFIX, INFIX = 3, 2


class Placed(torch.nn.Module):
    """Prefix and infix tokens around a transformers model: their embeddings are put among those of
    the text, sequence by sequence, and with states of their own per block hooks replace what the
    blocks make of them. Logits are those of the text's tokens; of a prompt's last one they come from
    the last infix token."""

    def __init__(self, model, prompts, embeddings=None, states=None):
        super().__init__()
        self.model = model
        self.prompts = prompts  # the length of each prompt by its sample's ids
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        self.rows = torch.nn.Parameter(embeddings if states is None else states)
        self.has_states = states is not None
        self.layout = []
        if self.has_states:
            base = model.get_base_model() if hasattr(model, "get_base_model") else model
            blocks = base.model.layers if hasattr(base, "model") else base.transformer.h
            for layer, block in enumerate(blocks[:-1]):
                block.register_forward_hook(
                    lambda _, __, output, layer=layer: self.replace(output, layer + 1))

    def replace(self, output, layer):
        hidden = output[0] if isinstance(output, tuple) else output
        hidden = hidden.clone()
        for row, places in enumerate(self.layout):
            hidden[row, places] = self.rows[layer]
        return (hidden, *output[1:]) if isinstance(output, tuple) else hidden

    def forward(self, input_ids, attention_mask):
        first = self.rows[0] if self.has_states else self.rows
        text = self.model.get_input_embeddings()(input_ids)
        rows, self.layout, read = [], [], []
        length = input_ids.shape[1]
        for ids, mask, embedded in zip(input_ids, attention_mask, text):
            prompt = self.prompts[tuple(ids[mask.bool()].tolist())]
            rows.append(torch.cat([first[:PREFIX], embedded[:prompt], first[PREFIX:],
                                   embedded[prompt:]]))
            infix = list(range(PREFIX + prompt, PREFIX + prompt + INFIX))
            self.layout.append(list(range(PREFIX)) + infix)
            places = list(range(PREFIX, PREFIX + prompt))
            places[-1] = infix[-1]
            read.append(places + list(range(PREFIX + prompt + INFIX, PREFIX + INFIX + length)))
        added = torch.ones(len(rows), PREFIX + INFIX, dtype=attention_mask.dtype)
        output = self.model(inputs_embeds=torch.stack(rows),
                            attention_mask=torch.cat([added, attention_mask], 1))
        output.logits = torch.stack([logits[places] for logits, places in zip(output.logits, read)])
        return output


class PlacedTokens(MethodTest):
    """Prefix-embedding and prefix-layer tuning with an infix, alone and beside LoRA."""

    STEPS = {"training.max_steps": 20}

    def prompts(self):
        return {tuple(sample["ids"]): sample["mask"].index(1) for sample in self.samples}

    def check(self, make_model, method, name):
        self.method = method
        self.prepare(make_model, **self.STEPS, **{"method.prefix_tokens": PREFIX,
                                                  "method.infix_tokens": INFIX})
        start = load_file(self.start() / "adapter_model.safetensors")[name]
        kind = "states" if method == "prefix_layer" else "embeddings"
        reference = Placed(make_model(), self.prompts(), **{kind: start.clone()})
        steps, run = self.train("run")
        self.compare_steps(steps, reference)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        self.assertEqual(list(trained), [name])
        self.assertGreater(engine.relative_norm(start, trained[name]), 1e-3)
        self.assert_norm_close(name, trained[name], reference.rows.detach(), 1e-4)
        self.compare_answers(run, reference)

    def compare_answers(self, run, reference):
        """What is scored over the answers is what the reference scores."""
        scored = engine.run("score", "--model", self.model, "--data", self.data, "--adapter",
                            run / "output/last")[:-1]
        reference.eval()
        for sample, ours in zip(self.samples, scored):
            ids = torch.tensor([sample["ids"]])
            with torch.no_grad():
                logits = reference(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0]
            nll = torch.nn.functional.cross_entropy(logits[:-1].float(), ids[0, 1:],
                                                    reduction="none")
            expected = nll[torch.tensor(sample["mask"][1:], dtype=torch.bool)]
            self.assert_close("nll", torch.tensor(ours["nll"]), expected, 1e-4)

    def test_embedding_llama(self):
        self.check(tiny_models.llama, "prefix_embedding", "token_embeddings")

    def test_embedding_gpt2(self):
        self.check(tiny_models.gpt2, "prefix_embedding", "token_embeddings")

    def test_layer_llama(self):
        self.check(tiny_models.llama, "prefix_layer", "token_states")

    def test_layer_gpt2(self):
        self.check(tiny_models.gpt2, "prefix_layer", "token_states")

    def check_beside_lora(self, method, name):
        """Both train in one run, each at its own rate."""
        self.method = "lora"
        self.prepare(tiny_models.llama, **self.STEPS)
        rate = 2e-4 / 1e-2  # of LoRA, where the tokens beside it learn at 1
        self.job.update({
            "training.learning_rate": 5e-3 * rate, "method.rank": 4, "method.alpha": 8,
            "method.targets": ["q", "v"],
            "method.with": [{"id": method, "prefix_tokens": PREFIX, "infix_tokens": INFIX}]})
        start = self.start()
        own = load_file(start / "with" / method / "adapter_model.safetensors")[name]
        adapted = peft_side.load_adapter(tiny_models.llama(), start)
        trained = {key for key, parameter in adapted.named_parameters() if parameter.requires_grad}
        kind = "states" if method == "prefix_layer" else "embeddings"
        reference = Placed(adapted, self.prompts(), **{kind: own.clone()})
        for key, parameter in adapted.named_parameters():
            parameter.requires_grad_(key in trained)
        steps, run = self.train("run")
        self.compare_steps(steps, reference,
                           lambda parameter: 1 / rate if parameter is reference.rows else 1)
        written = run / "output/last"
        self.assert_norm_close(name, load_file(
            written / "with" / method / "adapter_model.safetensors")[name],
            reference.rows.detach(), 1e-4)
        lora = load_file(written / "adapter_model.safetensors")
        for key, tensor in peft_side.state(adapted).items():
            self.assert_norm_close(key, lora[key], tensor, 1e-4)
        self.compare_answers(run, reference)

    def test_lora_and_embedding(self):
        self.check_beside_lora("prefix_embedding", "token_embeddings")

    def test_lora_and_layer(self):
        self.check_beside_lora("prefix_layer", "token_states")


if __name__ == "__main__":
    engine.main()
