# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Every family with its quirks against transformers: logits, hidden states, padded batches, bfloat16
(T1, T2), updates of zero (T3), adapters (T4, T9) and what generation says (T30)."""
import torch

import engine
import families
import peft_side
import tiny_models

TOLERANCE = 1e-4
STATE_TOLERANCE = 1e-5


class Numbers(engine.OracleTest):
    def check(self, name):
        found = families.measure(name, self.folder)
        allowed = TOLERANCE * max(1.0, found["largest"])
        half = 1.5 * found["bfloat16_reference"] + 5e-3
        for what, limit in (("logits", allowed), ("padded", allowed), ("states", STATE_TOLERANCE),
                            ("bfloat16", half), ("bfloat16_states", 1.0)):
            self.measured(what, found[what], limit)
            with self.subTest(what):
                self.assertLessEqual(found[what], limit)


# Where two sums of a search differ by less than a float32 of their size (1.4e-5 of 130): either may
# go on.
TIES = {("gpt_neox", "beams and n-grams", "Once upon a time")}


class Answers(engine.OracleTest):
    """Ids, exactly: greedy, by beams, with rules against repetition."""

    def check(self, name):
        model = tiny_models.FAMILIES[name]()
        folder = tiny_models.save(tiny_models.FAMILIES[name](), self.folder / "model")
        ways = {
            "greedy": ((), {}),
            "rules": (("--repetition-penalty", 1.3, "--no-repeat-ngram", 2),
                      {"repetition_penalty": 1.3, "no_repeat_ngram_size": 2}),
            "beams": (("--beams", 4, "--length-penalty", 0.8),
                      {"num_beams": 4, "length_penalty": 0.8}),
            "beams and n-grams": (
                ("--beams", 3, "--no-repeat-ngram", 3, "--repetition-penalty", 1.1),
                {"num_beams": 3, "no_repeat_ngram_size": 3, "repetition_penalty": 1.1}),
        }
        for way, (ours, theirs) in ways.items():
            given = families.answers(folder, *ours)
            for prompt, answer in zip(families.PROMPTS, given):
                if (name, way, prompt) in TIES:
                    continue
                with self.subTest(way=way, prompt=prompt):
                    self.assert_same_ids(
                        way, answer["ids"],
                        families.expected_ids(model, folder, prompt, **theirs))


class Batches(engine.OracleTest):
    """Prompts of unequal length in one batch, one with an adapter of its own, and each alone."""

    def check(self, name):
        folder = tiny_models.save(tiny_models.FAMILIES[name](), self.folder / "model")
        adapter = self.folder / "tuned"
        peft_side.make_adapter(tiny_models.FAMILIES[name](), adapter, target_modules="all-linear")
        lines = [{"prompt": prompt, "adapter": "tuned" if index == 1 else None}
                 for index, prompt in enumerate(families.PROMPTS)]
        for options in ((), ("--beams", 3)):
            together = families.answers(folder, "--adapter", adapter, *options, prompts=lines)
            for line, answer in zip(lines, together):
                own = ("--adapter", adapter) if line["adapter"] else ()
                alone = families.answers(folder, *own, *options, prompts=[line["prompt"]])[0]
                with self.subTest(prompt=line["prompt"], options=options):
                    self.assertEqual(answer["adapters"], [str(adapter)] if own else [])
                    self.assert_same_ids(line["prompt"], answer["ids"], alone["ids"])
                    self.assert_close("log probabilities", torch.tensor(answer["logprobs"]),
                                      torch.tensor(alone["logprobs"]), TOLERANCE)


class Adapters(engine.OracleTest):
    """An adapter that PEFT made on every linear layer, apart and merged (T4, T9, T10)."""

    def check(self, name):
        folder = tiny_models.save(tiny_models.FAMILIES[name](), self.folder / "model")
        found = families.measure_adapter(folder)
        allowed = TOLERANCE * max(1.0, found["adapter_largest"])
        for what in ("adapter", "merged"):
            self.measured(what, found[what], allowed)
            with self.subTest(what):
                self.assertLessEqual(found[what], allowed)


class ZeroUpdates(engine.OracleTest):
    """A fresh adapter of PEFT, whose B is zero, changes no bit."""

    def check(self, name):
        folder = tiny_models.save(tiny_models.FAMILIES[name](), self.folder / "model")
        adapter = self.folder / "fresh"
        peft_side.make_adapter(engine.load_reference(folder), adapter, target_modules="all-linear",
                               init_lora_weights=True)
        ids = engine.random_ids(90, tiny_models.VOCABULARY)
        for dtype in ("float32", "bfloat16"):
            with self.subTest(dtype):
                options = ["--dtype", dtype]
                plain = engine.logits(folder, ids, options=options)
                self.assertTrue(torch.equal(
                    engine.logits(folder, ids, [adapter], options), plain))


class Initialised(engine.OracleTest):
    """`init` makes models that transformers reads, each as the config says."""

    def check(self, name):
        config = self.folder / "config.json"
        tiny_models.FAMILIES[name]().config.to_json_file(config, use_diff=False)
        made = self.folder / "made"
        engine.run("init", "--config", config, "--out", made, "--seed", 3)
        tiny_models.save_tokenizer(made)
        model = engine.load_reference(made)
        ids = engine.random_ids(tiny_models.CONTEXT, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(made, ids), engine.reference_logits(model, ids),
                          TOLERANCE)
        shown = engine.run("inspect", "model", made, "--tree")[0]
        self.assertEqual(shown["parameters"]["total"],
                         sum(parameter.numel() for parameter in model.parameters()))


for _name in tiny_models.FAMILIES:
    for _class in (Numbers, Answers, Batches, ZeroUpdates, Adapters, Initialised):
        setattr(_class, f"test_{_name}", lambda self, name=_name: self.check(name))


if __name__ == "__main__":
    engine.main()
