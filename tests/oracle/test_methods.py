# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Tuning methods beside LoRA: training runs against PEFT and torch, PEFT's files both ways (T12, T32,
T35)."""
import peft
import torch
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


if __name__ == "__main__":
    engine.main()
