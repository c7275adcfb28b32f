# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Parameter counts against PEFT on models without memory, and golden numbers (T11)."""
import json
import warnings

import peft
import torch
import transformers

import engine

GPT2_SIZES = {"small": (768, 12, 12), "medium": (1024, 24, 16), "large": (1280, 36, 20),
              "xl": (1600, 48, 25)}
# Rank 4 on q and v: two slices of r (in + out) in every block.
GPT2_QV = {"small": 147_456, "medium": 393_216, "large": 737_280, "xl": 1_228_800}
GPT2_TOTAL = {"small": 124_439_808, "medium": 354_823_168, "large": 774_030_080,
              "xl": 1_557_611_200}
LLAMA = dict(vocab_size=32000, hidden_size=2048, intermediate_size=5632, num_hidden_layers=22,
             num_attention_heads=32, num_key_value_heads=4)


class Counts(engine.OracleTest):
    def estimate(self, config, values):
        path = self.folder / "config.json"
        path.write_text(json.dumps(config.to_dict()))
        return engine.run("estimate", "--config", path, "--method", "lora",
                          *engine.settings(values))[0]["parameters"]

    def check(self, config, values, **lora):
        ours = self.estimate(config, {"method.rank": 8, **values})
        with torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = transformers.AutoModelForCausalLM.from_config(config)
            total = model.num_parameters()
            adapted = peft.get_peft_model(model, peft.LoraConfig(**{"r": 8, **lora}))
        trainable, _ = adapted.get_nb_trainable_parameters()
        self.assertEqual(ours["trainable"], trainable)
        self.assertEqual(ours["total"], total)

    def gpt2(self, size="small"):
        width, layers, heads = GPT2_SIZES[size]
        return transformers.GPT2Config(n_embd=width, n_layer=layers, n_head=heads)

    def llama(self, **changes):
        return transformers.LlamaConfig(**{**LLAMA, **changes})

    def test_gpt2_slices(self):
        for size, trainable in GPT2_QV.items():
            with self.subTest(size):
                ours = self.estimate(self.gpt2(size), {"method.targets": ["q", "v"],
                                                       "method.rank": 4})
                self.assertEqual(ours, {"total": GPT2_TOTAL[size], "trainable": trainable})

    def test_gpt2_c_attn(self):
        self.check(self.gpt2(), {"method.targets": ["c_attn"]}, target_modules=["c_attn"])

    def test_gpt2_all_linear(self):
        self.check(self.gpt2("medium"), {"method.targets": "all-linear"},
                   target_modules="all-linear")

    def test_gpt2_every_bias(self):
        self.check(self.gpt2(), {"method.targets": ["c_attn"], "method.bias": "all"},
                   target_modules=["c_attn"], bias="all")

    def test_gpt2_saved_modules(self):
        self.check(self.gpt2(), {"method.targets": ["c_attn"],
                                 "method.modules_to_save": ["wpe", "ln_f"]},
                   target_modules=["c_attn"], modules_to_save=["wpe", "ln_f"])

    def test_llama_q_v(self):
        self.check(self.llama(), {"method.targets": ["q_proj", "v_proj"]},
                   target_modules=["q_proj", "v_proj"])

    def test_llama_all_linear(self):
        self.check(self.llama(), {"method.targets": "all-linear"}, target_modules="all-linear")

    def test_llama_7b(self):
        config = self.llama(hidden_size=4096, intermediate_size=11008, num_hidden_layers=32,
                            num_key_value_heads=32)
        ours = self.estimate(config, {"method.targets": ["q", "v"], "method.rank": 8})
        self.assertEqual(ours, {"total": 6_738_415_616, "trainable": 4_194_304})
        ours = self.estimate(config, {"method.targets": "all-linear", "method.rank": 64})
        self.assertEqual(ours["trainable"], 159_907_840)

    def test_llama_tied(self):
        self.check(self.llama(tie_word_embeddings=True), {"method.targets": "all-linear"},
                   target_modules="all-linear")

    def test_llama_output_head(self):
        self.check(self.llama(), {"method.targets": ["q_proj", "lm_head"]},
                   target_modules=["q_proj", "lm_head"])

    def test_llama_rank_pattern(self):
        pattern = {"up_proj": 3, r"layers\.1\.self_attn\.q_proj": 16, "q_proj": 2}
        self.check(self.llama(), {"method.targets": "all-linear", "method.rank_pattern": pattern},
                   target_modules="all-linear", rank_pattern=pattern)

    def test_llama_biases_of_targets(self):
        self.check(self.llama(attention_bias=True),
                   {"method.targets": ["q_proj", "o_proj"], "method.bias": "lora_only"},
                   target_modules=["q_proj", "o_proj"], bias="lora_only")

    def test_llama_some_layers(self):
        self.check(self.llama(), {"method.targets": ["q_proj"], "method.layers": [0, 3, 21]},
                   target_modules=["q_proj"], layers_to_transform=[0, 3, 21])

    def test_llama_excluded_modules(self):
        self.check(self.llama(), {"method.targets": "all-linear",
                                  "method.exclude": ["down_proj", "layers.4.self_attn.q_proj"]},
                   target_modules="all-linear",
                   exclude_modules=["down_proj", "layers.4.self_attn.q_proj"])

    def test_llama_saved_modules(self):
        self.check(self.llama(), {"method.targets": ["q_proj"],
                                  "method.modules_to_save": ["embed_tokens", "lm_head"]},
                   target_modules=["q_proj"], modules_to_save=["embed_tokens", "lm_head"])


if __name__ == "__main__":
    engine.main()
