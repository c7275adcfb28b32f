# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy ids and those of ten beams against transformers' generate and the LoRA release's search
(T30): the release's settings for E2E, and others around them."""
import json

import tokenizers
import torch

import engine
import released_beams
import tiny_models

PROMPTS = ["Once upon a time", "L", "name : The Vaults | Type : pub", "한글 🙂", "  in  a\tbig"]
ROOM = 64
# What `--stop-id` adds to the token that ends a turn, as the release adds "\n\n" to GPT-2's.
ALSO_ENDS = ord("B")


class Beams(engine.OracleTest):
    def answers(self, folder, *options):
        file = self.folder / "prompts.jsonl"
        file.write_text("".join(json.dumps(prompt) + "\n" for prompt in PROMPTS))
        return engine.run("generate", "--model", folder, "--prompts", file, "--no-chat-template",
                          "--temperature", 0, "--max-new-tokens", ROOM, *options)

    def prompts_of(self, folder):
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        return [tokenizer.encode(prompt).ids for prompt in PROMPTS]

    def check_released(self, folder, model, stops, beams, penalty, ngram, repetition=1.0,
                       also=()):
        answers = self.answers(
            folder, "--beams", beams, "--length-penalty", penalty, "--no-repeat-ngram", ngram,
            "--repetition-penalty", repetition, "--beam-scoring", "lora-release",
            *(word for stop in also for word in ("--stop-id", stop)))
        stops = [*stops, *also]
        ended = 0
        for prompt, ids, answer in zip(PROMPTS, self.prompts_of(folder), answers):
            with self.subTest(prompt=prompt, beams=beams, penalty=penalty, ngram=ngram):
                expected, score = released_beams.beam(
                    model, ids, ROOM, beams, stops, penalty, ngram, repetition)
                is_ended = expected[-1] in stops
                ended += is_ended
                self.assert_same_ids(prompt, answer["ids"], expected[:-1] if is_ended else expected)
                self.assertEqual(answer["stop"], "eos" if is_ended else "length")
                self.assertLess(abs(answer["score"] - score), 1e-5 * max(1.0, abs(score)))
        print(f"{self.id().split('.', 1)[1]}: {len(PROMPTS)} answers equal, {ended} ended by a token",
              flush=True)
        return ended

    def check_transformers(self, folder, model, stops, beams, penalty, ngram):
        answers = self.answers(folder, "--beams", beams, "--length-penalty", penalty,
                               "--no-repeat-ngram", ngram)
        for prompt, ids, answer in zip(PROMPTS, self.prompts_of(folder), answers):
            with self.subTest(prompt=prompt, beams=beams, penalty=penalty, ngram=ngram):
                with torch.no_grad():
                    output = model.generate(
                        torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)),
                        do_sample=False, max_new_tokens=ROOM, num_beams=beams,
                        length_penalty=penalty, no_repeat_ngram_size=ngram)
                expected = output[0, len(ids):].tolist()
                expected = expected[:-1] if expected[-1] in stops else expected
                self.assert_same_ids(prompt, answer["ids"], expected)

    def check(self, folder, model, stops, also=()):
        """One beam without rules, the release's E2E and WebNLG settings, and longer answers."""
        self.check_transformers(folder, model, stops, 1, 1.0, 0)
        for penalty in (0.8, 1.0):
            self.check_transformers(folder, model, stops, 10, penalty, 4)
        ended = 0
        for penalty in (0.8, 0.9, 1.6):
            ended += self.check_released(folder, model, stops, 10, penalty, 4, also=also)
        ended += self.check_released(folder, model, stops, 2, 1.0, 4, also=also)
        ended += self.check_released(folder, model, stops, 4, 0.8, 2, 1.3, also=also)
        return ended

    def test_gpt2(self):
        """Both ways to end are seen: by a token and by length."""
        folder = tiny_models.save(tiny_models.gpt2(), self.folder / "model")
        ended = self.check(folder, tiny_models.gpt2(), [tiny_models.END], [ALSO_ENDS])
        self.assertGreater(ended, 0)
        self.assertLess(ended, 5 * len(PROMPTS))

    def test_llama(self):
        folder = tiny_models.save(tiny_models.llama(), self.folder / "model")
        self.check(folder, tiny_models.llama(), [tiny_models.END])

    def test_sample_model(self):
        model = engine.load_reference(engine.SAMPLE_MODEL)
        stops = model.generation_config.eos_token_id
        self.check(engine.SAMPLE_MODEL, model, stops if isinstance(stops, list) else [stops])

    def test_stories(self):
        folder = self.require(engine.REAL_MODELS[0])
        model = engine.load_reference(folder)
        stops = model.generation_config.eos_token_id
        self.check(folder, model, stops if isinstance(stops, list) else [stops])


if __name__ == "__main__":
    engine.main()
