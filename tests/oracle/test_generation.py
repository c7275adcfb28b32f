# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy ids against transformers' generate (T30)."""
import json

import tokenizers
import torch

import engine
import peft_side
import tiny_models

PROMPTS = ["Once upon a time", "Lily and Tom went to the park.", "The little dog", "In a big", "한글"]


class Greedy(engine.OracleTest):
    def check(self, folder, model, count, adapters=()):
        prompts = self.folder / "prompts.jsonl"
        prompts.write_text("".join(json.dumps(prompt) + "\n" for prompt in PROMPTS))
        answers = engine.run("generate", "--model", folder, "--prompts", prompts,
                             "--no-chat-template", "--temperature", 0, "--max-new-tokens", count,
                             *engine.adapter_options(adapters))
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.assertEqual(len(answers), len(PROMPTS))
        total = 0
        for prompt, answer in zip(PROMPTS, answers):
            ids = tokenizer.encode(prompt).ids
            self.assertEqual(answer["prompt_ids"], ids)
            with torch.no_grad():
                output = model.generate(
                    torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                    do_sample=False, max_new_tokens=count, output_logits=True,
                    return_dict_in_generate=True)
            expected = output.sequences[0, len(ids):].tolist()
            stops = model.generation_config.eos_token_id
            stops = [] if stops is None else [stops] if isinstance(stops, int) else stops
            ended = expected[-1] in stops
            expected = expected[:-1] if ended else expected
            self.assert_same_ids(prompt, answer["ids"], expected)
            self.assertEqual(answer["stop"], "eos" if ended else "length")
            chosen = [logits[0].float().log_softmax(-1)[token].item()
                      for logits, token in zip(output.logits, expected)]
            self.assert_close("log probabilities", torch.tensor(answer["logprobs"]),
                              torch.tensor(chosen), 1e-4)
            total += len(expected)
        print(f"{self.id().split('.', 1)[1]}: {total} ids equal")

    def check_tiny(self, make_model):
        self.check(tiny_models.save(make_model(), self.folder / "model"), make_model(), 60)

    def check_real(self, folder, count=80):
        self.require(folder)
        self.check(folder, engine.load_reference(folder), count)

    def test_llama(self):
        self.check_tiny(tiny_models.llama)

    def test_llama_one_key_head_tied(self):
        self.check_tiny(lambda: tiny_models.llama(num_key_value_heads=1, tie_word_embeddings=True))

    def test_llama_llama3_scaling(self):
        self.check_tiny(lambda: tiny_models.llama(
            rope_parameters={"rope_theta": 10000.0, **tiny_models.LLAMA3_ROPE}))

    def test_gpt2(self):
        self.check_tiny(tiny_models.gpt2)

    def test_adapter(self):
        folder = tiny_models.save(tiny_models.llama(), self.folder / "model")
        adapter = self.folder / "adapter"
        adapted = peft_side.make_adapter(tiny_models.llama(), adapter, target_modules="all-linear")
        self.check(folder, adapted, 60, [adapter])

    def test_stories(self):
        self.check_real(engine.REAL_MODELS[0])

    def test_stories_bfloat16(self):
        self.check_real(engine.REAL_MODELS[1])

    def test_stories_float16_untied(self):
        self.check_real(engine.REAL_MODELS[2])

    def test_llama2xs(self):
        self.check_real(engine.REAL_MODELS[3])

    def test_sample_model(self):
        self.check_real(engine.SAMPLE_MODEL)


if __name__ == "__main__":
    engine.main()
