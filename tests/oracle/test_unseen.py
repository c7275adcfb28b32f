# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Random models of every family against transformers: base and merged logits, hidden states, padded
batches, answers, adapters, in float32 and bfloat16, read and made by `init`.

    test_unseen.py --seed 100 --count 20 --family gemma2

hunts on: models 100 … 119 of one family. Without options: the first model of each."""
import argparse
import random
import sys

import torch

import engine
import families
import peft_side
import released_beams
import tiny_models
import unseen_models

TOLERANCE = 1e-4
# Sums that differ by less than float32 rounding of many terms: either may go on.
TIE = 2e-7
PROMPTS = ["Once upon a time", "L", "The little dog ran to the park and then"]


class Unseen(engine.OracleTest):
    def close(self, what, actual, expected):
        self.assert_close(what, actual, expected, TOLERANCE)

    def check(self, family, seed):
        model = unseen_models.model(family, seed)
        config = model.config
        print(f"{family} {seed}: {config.to_json_string(use_diff=True)}" if VERBOSE else "", end="")
        folder = tiny_models.save(model, self.folder / "model")
        context = config.max_position_embeddings
        ids = engine.random_ids(context, config.vocab_size, seed)
        with self.subTest("float32"):
            self.close("logits", engine.logits(folder, ids), engine.reference_logits(model, ids))
            worst = families.worst_state(model, folder, ids)
            self.measured("states", worst, 2e-5)
            self.assertLessEqual(worst, 2e-5)
        with self.subTest("short"):
            self.close("logits", engine.logits(folder, ids[:3]),
                       engine.reference_logits(model, ids[:3]))
        with self.subTest("bfloat16"):
            self.check_half(family, seed, ids)
        for options, theirs in (((), {}), (("--beams", 3), {"num_beams": 3})):
            with self.subTest("answers", beams=options):
                self.check_answers(model, folder, options, theirs)
        with self.subTest("released beams"):
            self.check_released(model, folder)
        with self.subTest("adapter"):
            self.check_adapter(family, seed, folder, ids[:100])
        with self.subTest("bfloat16 adapter"):
            self.check_half_adapter(family, seed, ids[:100])
        with self.subTest("init"):
            self.check_init(config, ids)

    def check_half(self, family, seed, ids):
        half = tiny_models.save(unseen_models.model(family, seed), self.folder / "half",
                                dtype=torch.bfloat16)
        exact = engine.reference_logits(engine.load_reference(half), ids)
        theirs = engine.reference_logits(engine.load_reference(half, torch.bfloat16), ids)
        ours = engine.logits(half, ids, options=["--dtype", "bfloat16"])
        self.assert_norm_close("bfloat16", ours, exact,
                               1.5 * engine.relative_norm(theirs, exact) + 5e-3)

    def check_answers(self, model, folder, options, theirs):
        given = families.answers(folder, *options, prompts=PROMPTS)
        for prompt, answer in zip(PROMPTS, given):
            expected = families.expected_ids(model, folder, prompt, **theirs)
            if answer["ids"] != expected:
                gap = families.closest_choice(model, folder, prompt, theirs.get("num_beams", 1))
                if gap < TIE:
                    print(f"{self.id()}: {prompt}: a tie within {gap:.1e}: either may go on")
                    continue
            self.assert_same_ids(prompt, answer["ids"], expected)

    def check_released(self, model, folder):
        given = families.answers(folder, "--beams", 4, "--length-penalty", 0.8,
                                 "--no-repeat-ngram", 4, "--beam-scoring", "lora-release",
                                 prompts=PROMPTS)
        for prompt, answer in zip(PROMPTS, given):
            expected, score = released_beams.beam(model, answer["prompt_ids"], families.NEW_TOKENS,
                                                  4, [tiny_models.END], 0.8, 4)
            expected = expected[:-1] if expected[-1] == tiny_models.END else expected
            if answer["ids"] != expected and abs(answer["score"] / score - 1) < TIE:
                print(f"{self.id()}: {prompt}: two answers of one score: either may be given")
                continue
            self.assert_same_ids(prompt, answer["ids"], expected)

    def check_adapter(self, family, seed, folder, ids):
        adapter, merged = self.folder / "adapter", self.folder / "merged"
        base = engine.load_reference(folder)
        settings = unseen_models.adapter(family, seed, base)
        if VERBOSE:
            print(settings)
        adapted = peft_side.make_adapter(base, adapter, **settings)
        expected = engine.reference_logits(adapted, ids)
        self.close("adapter", engine.logits(folder, ids, [adapter]), expected)
        shown = engine.run("inspect", "adapter", adapter, "--model", folder)[0]
        self.assertEqual((shown["compatible"], shown["problems"]), (True, []))
        self.assertEqual(shown["parameters"], adapted.get_nb_trainable_parameters()[0])
        engine.run("export", "--format", "merged", "--model", folder, "--adapter", adapter,
                   "--out", merged)
        self.close("merged", engine.reference_logits(engine.load_reference(merged), ids), expected)

    def check_half_adapter(self, family, seed, ids):
        half, adapter = self.folder / "half", self.folder / "half_adapter"
        peft_side.make_adapter(engine.load_reference(half, torch.bfloat16), adapter,
                               **unseen_models.adapter(family, seed, engine.load_reference(half)))
        found = families.half_errors(half, adapter, ids)
        for what in ("half_adapter", "half_merged", "half_merged_computed"):
            limit = 1.5 * found[f"{what}_reference"] + 5e-3
            self.measured(what, found[what], limit)
            self.assertLessEqual(found[what], limit, what)

    def check_init(self, config, ids):
        file, made = self.folder / "config.json", self.folder / "made"
        config.to_json_file(file, use_diff=False)
        engine.run("init", "--config", file, "--out", made, "--seed", 3)
        model = engine.load_reference(made)
        self.close("made by init", engine.logits(made, ids), engine.reference_logits(model, ids))


def add_tests(names, seeds):
    for name in names:
        for seed in seeds:
            setattr(Unseen, f"test_{name}_{seed}",
                    lambda self, name=name, seed=seed: self.check(name, seed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--family", choices=[*unseen_models.FAMILIES])
    parser.add_argument("--verbose", action="store_true", help="print every config")
    options = parser.parse_args()
    VERBOSE = options.verbose
    add_tests([options.family] if options.family else unseen_models.FAMILIES,
              range(options.seed, options.seed + options.count))
    sys.argv = sys.argv[:1]
    engine.main()
