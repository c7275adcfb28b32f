# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Adapters made by PEFT in the engine, and the engine's in PEFT (T3, T4, T10)."""
import peft
import torch
from safetensors.torch import load_file, save_file

import engine
import peft_side
import tiny_models

TOLERANCE = 1e-4
TIED_WARNING = ".*tie.*"


def llama():
    return tiny_models.llama(attention_bias=True, mlp_bias=True)


class PeftAdapters(engine.OracleTest):
    """An adapter of PEFT gives PEFT's logits, and comes back from the engine as it was."""

    def check(self, make_model, ignored_warning=None, **config):
        base = tiny_models.save(make_model(), self.folder / "model")
        theirs = self.folder / "peft"
        adapted = peft_side.make_adapter(make_model(), theirs, **config)
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        expected = engine.reference_logits(adapted, ids)
        plain = engine.reference_logits(make_model(), ids)
        self.assertGreater(engine.relative_norm(expected, plain), 1e-2, "the adapter does nothing")
        self.assert_close("logits", engine.logits(base, ids, [theirs]), expected, TOLERANCE)

        ours = self.folder / "ours"
        engine.run("export", "--format", "peft", "--model", base, "--adapter", theirs,
                   "--out", ours)
        self.assert_same_tensors(ours / "adapter_model.safetensors",
                                 theirs / "adapter_model.safetensors")
        reloaded = peft_side.load_adapter(make_model(), ours, ignored_warning)
        self.assertTrue(torch.equal(engine.reference_logits(reloaded, ids), expected),
                        "PEFT computes something else with the adapter the engine wrote")

    def test_llama_q_v(self):
        self.check(llama, target_modules=["q_proj", "v_proj"])

    def test_llama_k_o(self):
        self.check(llama, target_modules=["k_proj", "o_proj"])

    def test_llama_mlp(self):
        self.check(llama, target_modules=["gate_proj", "up_proj", "down_proj"])

    def test_llama_all_linear(self):
        self.check(llama, target_modules="all-linear")

    def test_llama_expression(self):
        self.check(llama, target_modules=r".*\.1\.self_attn\.(q|o)_proj")

    def test_llama_one_layer(self):
        self.check(llama, target_modules=["q_proj", "up_proj"], layers_to_transform=[1])

    def test_llama_output_head(self):
        self.check(llama, target_modules=["q_proj", "lm_head"])

    def test_llama_output_head_of_a_tied_model(self):
        self.check(lambda: tiny_models.llama(tie_word_embeddings=True), TIED_WARNING,
                   target_modules=["q_proj", "lm_head"])

    def test_llama_rank_stabilised(self):
        self.check(llama, target_modules=["q_proj", "v_proj"], use_rslora=True, r=8)

    def test_llama_patterns(self):
        self.check(llama, target_modules="all-linear", lora_alpha=3,
                   rank_pattern={"q_proj": 2, r"layers\.1\.mlp\.up_proj": 7},
                   alpha_pattern={"q_proj": 5, "down_proj": 1})

    def test_llama_rank_stabilised_patterns(self):
        self.check(llama, target_modules=["q_proj", "v_proj"], use_rslora=True,
                   rank_pattern={"v_proj": 3}, alpha_pattern={"q_proj": 6})

    def test_llama_every_bias(self):
        self.check(llama, target_modules=["q_proj", "v_proj"], bias="all")

    def test_llama_biases_of_targets(self):
        self.check(llama, target_modules=["q_proj", "down_proj"], bias="lora_only")

    def test_llama_saved_modules(self):
        self.check(llama, target_modules=["q_proj"], modules_to_save=["lm_head", "embed_tokens"])

    def test_llama_saved_norms(self):
        self.check(llama, target_modules=["q_proj"],
                   modules_to_save=["input_layernorm", "model.norm"])

    def test_llama_saved_embedding_of_a_tied_model(self):
        self.check(lambda: tiny_models.llama(tie_word_embeddings=True), TIED_WARNING,
                   target_modules=["q_proj"], modules_to_save=["embed_tokens"])

    def test_llama_saved_head_of_a_tied_model(self):
        self.check(lambda: tiny_models.llama(tie_word_embeddings=True), TIED_WARNING,
                   target_modules=["q_proj"], modules_to_save=["lm_head"])

    def test_llama_dora(self):
        self.check(llama, target_modules="all-linear", use_dora=True)

    def test_llama_dora_of_embedding_and_head(self):
        self.check(llama, target_modules=["embed_tokens", "lm_head", "q_proj"], use_dora=True)

    def test_llama_dora_rank_stabilised_patterns(self):
        self.check(llama, target_modules=["q_proj", "v_proj"], use_dora=True, use_rslora=True,
                   bias="lora_only", rank_pattern={"v_proj": 3}, alpha_pattern={"q_proj": 6})

    def test_gpt2_dora(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn", "mlp.c_proj", "wpe"], use_dora=True)

    def test_gpt2_c_attn(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn"])

    def test_gpt2_c_proj(self):
        self.check(tiny_models.gpt2, target_modules=["c_proj"])

    def test_gpt2_output_projection_alone(self):
        self.check(tiny_models.gpt2, target_modules=["attn.c_proj"])

    def test_gpt2_all_linear(self):
        self.check(tiny_models.gpt2, target_modules="all-linear")

    def test_gpt2_patterns(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn", "c_fc"], use_rslora=True,
                   rank_pattern={"c_fc": 6}, alpha_pattern={"h.0.attn.c_attn": 2})

    def test_gpt2_every_bias(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn"], bias="all")

    def test_gpt2_biases_of_targets(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn", "c_proj"], bias="lora_only")

    def test_gpt2_saved_modules(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn"],
                   modules_to_save=["mlp.c_fc", "ln_f", "wpe"])

    def test_gpt2_wrapped_biases(self):
        """PEFT then writes the biases of its wrappers beside the ones that count."""
        base = tiny_models.save(tiny_models.gpt2(), self.folder / "model")
        theirs = self.folder / "peft"
        adapted = peft_side.make_adapter(tiny_models.gpt2(), theirs, target_modules=["c_attn"],
                                         bias="all", modules_to_save=["mlp.c_fc", "ln_f"])
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(base, ids, [theirs]),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def test_gpt2_saved_embedding(self):
        self.check(tiny_models.gpt2, TIED_WARNING, target_modules=["c_attn"],
                   modules_to_save=["wte"])


class Scales(engine.OracleTest):
    def test_weight_of_an_adapter(self):
        self.check_weight()

    def test_weight_of_a_dora_adapter(self):
        self.check_weight(use_dora=True)

    def check_weight(self, **config):
        base = tiny_models.save(tiny_models.llama(), self.folder / "model")
        folder = self.folder / "peft"
        adapted = peft_side.make_adapter(tiny_models.llama(), folder, target_modules="all-linear",
                                         **config)
        for module in adapted.modules():
            if isinstance(module, peft.tuners.lora.LoraLayer):
                module.scaling["default"] *= -0.5
        ids = engine.random_ids(60, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(base, ids, [f"{folder}:-0.5"]),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def test_two_adapters(self):
        base = tiny_models.save(tiny_models.gpt2(), self.folder / "model")
        first, second = self.folder / "first", self.folder / "second"
        peft_side.make_adapter(tiny_models.gpt2(), first, target_modules=["c_attn"])
        peft_side.make_adapter(tiny_models.gpt2(), second, seed=4, r=3,
                               target_modules=["c_attn", "c_fc"])
        adapted = peft_side.load_adapter(tiny_models.gpt2(), first)
        adapted.load_adapter(second, "second")
        adapted.base_model.set_adapter(["default", "second"])
        ids = engine.random_ids(60, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(base, ids, [first, second]),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def test_zero_update_changes_nothing(self):
        base = tiny_models.save(tiny_models.llama(), self.folder / "model")
        folder = self.folder / "peft"
        peft_side.make_adapter(tiny_models.llama(), folder, target_modules="all-linear")
        file = folder / "adapter_model.safetensors"
        save_file({name: torch.zeros_like(tensor) if ".lora_B" in name else tensor
                   for name, tensor in load_file(file).items()}, file, {"format": "pt"})
        ids = engine.random_ids(60, tiny_models.VOCABULARY)
        self.assertTrue(torch.equal(engine.logits(base, ids, [folder]), engine.logits(base, ids)))

    def test_half_precision_adapter(self):
        base = tiny_models.save(tiny_models.llama(), self.folder / "model")
        folder = self.folder / "peft"
        peft_side.make_adapter(tiny_models.llama(), folder, target_modules="all-linear")
        file = folder / "adapter_model.safetensors"
        save_file({name: tensor.bfloat16() for name, tensor in load_file(file).items()}, file,
                  {"format": "pt"})
        adapted = peft.PeftModel.from_pretrained(tiny_models.llama(), folder)
        ids = engine.random_ids(60, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(base, ids, [folder]),
                          engine.reference_logits(adapted, ids), TOLERANCE)


if __name__ == "__main__":
    engine.main()
