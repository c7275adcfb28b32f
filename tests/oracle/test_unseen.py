# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Random models of every family against transformers: base and merged logits, hidden states, padded
batches, answers, in float32 and bfloat16, read and made by `init`.

    test_unseen.py --seed 100 --count 20 --family gemma2

hunts on: models 100 … 119 of one family. Without options: the first model of each."""
import argparse
import sys

import torch

import engine
import families
import peft_side
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
        with self.subTest("merged"):
            self.check_merged(folder, ids[:100])
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

    def check_merged(self, folder, ids):
        adapter, merged = self.folder / "adapter", self.folder / "merged"
        adapted = peft_side.make_adapter(engine.load_reference(folder), adapter,
                                         target_modules="all-linear")
        expected = engine.reference_logits(adapted, ids)
        self.close("adapter", engine.logits(folder, ids, [adapter]), expected)
        engine.run("export", "--format", "merged", "--model", folder, "--adapter", adapter,
                   "--out", merged)
        self.close("merged", engine.reference_logits(engine.load_reference(merged), ids), expected)

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
