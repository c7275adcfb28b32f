# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Base logits of every family, configuration and storage against transformers (T1)."""
import torch

import engine
import tiny_models

TOLERANCE = 1e-4


class Logits(engine.OracleTest):
    def check(self, model, change=None, **storage):
        """Every position up to the context."""
        folder = tiny_models.save(model, self.folder / "model", **storage)
        if "dtype" in storage:
            model = engine.load_reference(folder)
        if change is not None:
            change(folder)
        ids = engine.random_ids(tiny_models.CONTEXT, tiny_models.VOCABULARY)
        expected = engine.reference_logits(model, ids)
        self.assert_close("logits", engine.logits(folder, ids), expected, TOLERANCE)

    def check_older(self, model):
        self.check(model,
                   lambda folder: tiny_models.edit_config(folder, tiny_models.older_config))

    def test_llama_grouped_queries(self):
        self.check(tiny_models.llama())

    def test_ids_need_no_tokenizer(self):
        self.check(tiny_models.llama(),
                   lambda folder: (folder / "tokenizer.json").unlink())

    def test_llama_tied(self):
        self.check(tiny_models.llama(tie_word_embeddings=True))

    def test_llama_one_key_head(self):
        self.check(tiny_models.llama(num_key_value_heads=1))

    def test_llama_every_head_has_keys(self):
        self.check(tiny_models.llama(num_key_value_heads=4))

    def test_llama_wide_heads(self):
        self.check(tiny_models.llama(head_dim=24))

    def test_llama_attention_bias(self):
        self.check(tiny_models.llama(attention_bias=True))

    def test_llama_mlp_bias(self):
        self.check(tiny_models.llama(mlp_bias=True))

    def test_llama_gelu(self):
        self.check(tiny_models.llama(hidden_act="gelu_pytorch_tanh"))

    def test_llama_theta(self):
        self.check(tiny_models.llama(
            rope_parameters={"rope_type": "default", "rope_theta": 500000.0}))

    def test_llama_theta_of_an_older_config(self):
        self.check_older(tiny_models.llama(
            rope_parameters={"rope_type": "default", "rope_theta": 500.0}))

    def test_llama_llama3_scaling(self):
        self.check(tiny_models.llama(
            rope_parameters={"rope_theta": 10000.0, **tiny_models.LLAMA3_ROPE}))

    def test_llama_llama3_scaling_of_an_older_config(self):
        self.check_older(tiny_models.llama(
            rope_parameters={"rope_theta": 10000.0, **tiny_models.LLAMA3_ROPE}))

    def test_llama_yarn_scaling_of_an_older_config(self):
        self.check_older(tiny_models.llama(rope_parameters=tiny_models.default_rope(
            rope_type="yarn", factor=4.0, original_max_position_embeddings=40, beta_fast=16.0)))

    def test_llama_dynamic_scaling_beyond_the_context(self):
        self.check(tiny_models.llama(
            max_position_embeddings=60,
            rope_parameters=tiny_models.default_rope(rope_type="dynamic", factor=4.0)))

    def test_gemma3_older_config(self):
        self.check(tiny_models.gemma3_text(),
                   lambda folder: tiny_models.edit_config(folder, tiny_models.older_gemma3))

    def test_gemma3_that_sees_images(self):
        self.check(tiny_models.gemma3())

    def test_gemma3_that_sees_images_as_first_named(self):
        self.check(tiny_models.gemma3(), tiny_models.older_gemma3_names)

    def test_gpt_neox_older_config(self):
        self.check(tiny_models.gpt_neox(),
                   lambda folder: tiny_models.edit_config(folder, tiny_models.older_gpt_neox))

    def test_phi3_older_config(self):
        self.check(tiny_models.FAMILIES["phi3_longrope_partial"](),
                   lambda folder: tiny_models.edit_config(folder, tiny_models.older_config))

    def test_fields_that_are_missing(self):
        def bare(config):
            for key in ("head_dim", "rope_parameters", "hidden_act", "tie_word_embeddings",
                        "attention_bias", "mlp_bias", "dtype"):
                config.pop(key)
        self.check(tiny_models.llama(),
                   lambda folder: tiny_models.edit_config(folder, bare))

    def test_llama_linear_scaling(self):
        self.check(tiny_models.llama(
            rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0}))

    def test_gpt2_tied(self):
        self.check(tiny_models.gpt2())

    def test_gpt2_untied(self):
        self.check(tiny_models.gpt2(tie_word_embeddings=False))

    def test_gpt2_inner_width(self):
        self.check(tiny_models.gpt2(n_inner=96))

    def test_gpt2_erf_gelu(self):
        self.check(tiny_models.gpt2(activation_function="gelu"))

    def test_gpt2_epsilon(self):
        self.check(tiny_models.gpt2(layer_norm_epsilon=0.1))

    def test_gpt2_as_first_released(self):
        self.check(tiny_models.gpt2(), tiny_models.as_first_released)

    def test_bfloat16_file(self):
        self.check(tiny_models.llama(), dtype=torch.bfloat16)

    def test_bfloat16_file_of_gpt2(self):
        self.check(tiny_models.gpt2(), dtype=torch.bfloat16)

    def test_float16_file(self):
        self.check(tiny_models.llama(), dtype=torch.float16)

    def test_float16_file_of_gpt2(self):
        self.check(tiny_models.gpt2(), dtype=torch.float16)

    def check_sharded(self, model):
        self.check(model, shard="100KB")
        self.assertTrue((self.folder / "model/model.safetensors.index.json").exists())

    def test_sharded(self):
        self.check_sharded(tiny_models.llama())

    def test_sharded_gpt2(self):
        self.check_sharded(tiny_models.gpt2())


class HalfPrecision(engine.OracleTest):
    """Computing in bfloat16, against float32: the rounding is the computation's own."""

    def check(self, model):
        folder = tiny_models.save(model, self.folder / "model", dtype=torch.bfloat16)
        ids = engine.random_ids(tiny_models.CONTEXT, tiny_models.VOCABULARY)
        expected = engine.reference_logits(engine.load_reference(folder), ids)
        theirs = engine.reference_logits(engine.load_reference(folder, torch.bfloat16), ids)
        actual = engine.logits(folder, ids, options=["--dtype", "bfloat16"])
        # No further from the truth than transformers in bfloat16 is, with a little room.
        allowed = 1.5 * engine.relative_norm(theirs, expected) + 5e-3
        self.assert_norm_close("logits", actual, expected, allowed)

    def test_llama(self):
        self.check(tiny_models.llama())

    def test_gpt2(self):
        self.check(tiny_models.gpt2())


class RealModels(engine.OracleTest):
    def check(self, folder):
        self.require(folder)
        model = engine.load_reference(folder)
        ids = engine.random_ids(model.config.max_position_embeddings, model.config.vocab_size)
        self.assert_close("logits", engine.logits(folder, ids),
                          engine.reference_logits(model, ids), TOLERANCE)

    def test_stories(self):
        self.check(engine.REAL_MODELS[0])

    def test_stories_in_three_bfloat16_shards(self):
        self.check(engine.REAL_MODELS[1])

    def test_stories_float16_untied(self):
        self.check(engine.REAL_MODELS[2])

    def test_llama2xs(self):
        self.check(engine.REAL_MODELS[3])

    def test_sample_model(self):
        self.check(engine.SAMPLE_MODEL)


if __name__ == "__main__":
    engine.main()
