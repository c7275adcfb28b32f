# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Merged models: transformers reads them and computes what PEFT computes unmerged (T7, T9)."""
import json

import torch
from safetensors.torch import load_file

import engine
import families
import peft_side
import tiny_models
import unseen_models

TOLERANCE = 1e-4
HALF_TOLERANCE = 2e-2  # relative Frobenius distance: every weight is rounded to 8 bits


class Merged(engine.OracleTest):
    def export(self, make_model, *options, storage=None, **config):
        """Sets the PEFT model, `expected` and `actual` logits; returns the merged folder."""
        base = tiny_models.save(make_model(), self.folder / "model", **(storage or {}))
        adapter = self.folder / "adapter"
        self.adapted = peft_side.make_adapter(engine.load_reference(base), adapter, **config)
        merged = self.folder / "merged"
        engine.run("export", "--format", "merged", "--model", base, "--adapter", adapter,
                   "--out", merged, *options)
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.expected = engine.reference_logits(self.adapted, ids)
        self.actual = engine.reference_logits(engine.load_reference(merged), ids)
        self.read_back = engine.logits(merged, ids)
        return merged

    def check(self, make_model, *options, **config):
        merged = self.export(make_model, *options, **config)
        self.assert_close("logits", self.actual, self.expected, TOLERANCE)
        self.assert_close("read back", self.read_back, self.actual, TOLERANCE)
        return merged

    def tied(self):
        return tiny_models.llama(tie_word_embeddings=True)

    def test_llama(self):
        self.check(tiny_models.llama, target_modules="all-linear")

    def test_llama_biases(self):
        self.check(lambda: tiny_models.llama(attention_bias=True, mlp_bias=True),
                   target_modules=["q_proj", "down_proj"], bias="all", use_rslora=True)

    def test_llama_tied_stays_tied(self):
        merged = self.check(self.tied, target_modules="all-linear")
        self.assertTrue(json.loads((merged / "config.json").read_text())["tie_word_embeddings"])
        self.assertNotIn("lm_head.weight", load_file(merged / "model.safetensors"))

    def test_head_of_a_tied_llama_is_untied(self):
        merged = self.check(self.tied, target_modules=["q_proj", "lm_head"])
        self.assertFalse(json.loads((merged / "config.json").read_text())["tie_word_embeddings"])

    def test_saved_embedding_of_a_tied_llama_is_untied(self):
        merged = self.check(self.tied, target_modules=["q_proj"], modules_to_save=["embed_tokens"])
        self.assertFalse(json.loads((merged / "config.json").read_text())["tie_word_embeddings"])

    def test_head_of_a_tied_gpt2_is_untied(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn", "lm_head"])

    def test_gpt2(self):
        self.check(tiny_models.gpt2, target_modules="all-linear")

    def test_gpt2_saved_modules(self):
        self.check(tiny_models.gpt2, target_modules=["c_attn"], bias="all",
                   modules_to_save=["mlp.c_fc", "ln_f"])

    def test_gpt2_as_first_released(self):
        model = tiny_models.gpt2()
        base = tiny_models.save(model, self.folder / "model")
        tiny_models.as_first_released(base)
        adapter, merged = self.folder / "adapter", self.folder / "merged"
        adapted = peft_side.make_adapter(model, adapter, target_modules=["c_attn", "lm_head"])
        engine.run("export", "--format", "merged", "--model", base, "--adapter", adapter,
                   "--out", merged)
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.reference_logits(engine.load_reference(merged), ids),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def test_sharded(self):
        merged = self.check(tiny_models.llama, "--shard-size", "100KB",
                            target_modules="all-linear")
        index = json.loads((merged / "model.safetensors.index.json").read_text())
        files = {*index["weight_map"].values()}
        self.assertGreater(len(files), 3)
        self.assertEqual({path.name for path in merged.glob("*.safetensors")}, files)

    def test_sharded_base_into_one_file(self):
        merged = self.check(tiny_models.gpt2, storage={"shard": "100KB"},
                            target_modules=["c_attn"])
        self.assertTrue((merged / "model.safetensors").exists())

    def test_text_model_of_one_that_sees_images(self):
        """What is written is a text model alone."""
        whole = tiny_models.save(tiny_models.gemma3(), self.folder / "whole")
        model = tiny_models.gemma3_text()
        adapter, merged = self.folder / "adapter", self.folder / "merged"
        adapted = peft_side.make_adapter(model, adapter, target_modules="all-linear")
        engine.run("export", "--format", "merged", "--model", whole, "--adapter", adapter,
                   "--out", merged)
        self.assertEqual(json.loads((merged / "config.json").read_text())["model_type"],
                         "gemma3_text")
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.reference_logits(engine.load_reference(merged), ids),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def test_head_of_a_tied_gpt_neox_is_untied(self):
        self.check(lambda: tiny_models.gpt_neox(tie_word_embeddings=True),
                   target_modules=["query_key_value"], modules_to_save=["embed_in"])

    def test_older_config(self):
        model = tiny_models.llama(rope_parameters={"rope_theta": 500.0, **tiny_models.LLAMA3_ROPE})
        base = tiny_models.save(model, self.folder / "model")
        tiny_models.edit_config(base, tiny_models.older_config)
        adapter, merged = self.folder / "adapter", self.folder / "merged"
        adapted = peft_side.make_adapter(model, adapter, target_modules="all-linear")
        engine.run("export", "--format", "merged", "--model", base, "--adapter", adapter,
                   "--out", merged)
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.reference_logits(engine.load_reference(merged), ids),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def check_half(self, make_model, dtype, *options, storage=None):
        """The merge is PEFT's in float32, every weight rounded once."""
        merged = self.export(make_model, *options, storage=storage, target_modules="all-linear")
        self.assert_norm_close("logits", self.actual, self.expected, HALF_TOLERANCE)
        whole = self.adapted.merge_and_unload().state_dict()
        differently_rounded = 0
        for name, tensor in load_file(merged / "model.safetensors").items():
            self.assertEqual(tensor.dtype, dtype, name)
            expected = whole[name].to(dtype)
            differently_rounded += torch.count_nonzero(tensor != expected).item()
            self.assert_norm_close(name, tensor, expected, 5e-4)  # one number by one unit: 1.5e-4
        # A sum in another order may fall on the other side of a rounding border, rarely.
        self.measured("weights rounded differently", differently_rounded, 20)
        self.assertLessEqual(differently_rounded, 20)
        self.assertEqual(engine.load_reference(merged, "auto").dtype, dtype)

    def test_bfloat16_base(self):
        self.check_half(tiny_models.llama, torch.bfloat16, storage={"dtype": torch.bfloat16})

    def test_float16_base(self):
        self.check_half(tiny_models.gpt2, torch.float16, storage={"dtype": torch.float16})

    def test_bfloat16_that_rounding_moves_far(self):
        """Where attention turns over at a small change PEFT's merge is as far from base + adapter."""
        for family, seed in (("qwen2", 7100), ("qwen2", 7101), ("mistral", 7101)):
            with self.subTest(f"{family} {seed}"):
                half = tiny_models.save(unseen_models.model(family, seed),
                                        self.folder / f"{family}{seed}", dtype=torch.bfloat16)
                adapter = half / "adapter"
                base = engine.load_reference(half, torch.bfloat16)
                peft_side.make_adapter(base, adapter, **unseen_models.adapter(family, seed, base))
                found = families.half_errors(half, adapter,
                                             engine.random_ids(100, base.config.vocab_size, seed))
                limit = 1.5 * found["half_merged_reference"] + 5e-3
                self.measured("merged", found["half_merged"], limit)
                self.assertLessEqual(found["half_merged"], limit)

    def test_written_as_bfloat16(self):
        self.check_half(tiny_models.llama, torch.bfloat16, "--dtype", "bfloat16")


if __name__ == "__main__":
    engine.main()
