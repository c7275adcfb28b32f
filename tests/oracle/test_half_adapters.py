# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Adapters of every family on bfloat16 models, PEFT's here and ours in PEFT, apart and merged: no
further from the float32 logits than PEFT's own bfloat16 (T4, T7, T9)."""
import torch

import engine
import families
import peft_side
import tiny_models

QUANTITIES = ("half_adapter", "half_merged", "half_merged_computed")


class HalfAdapters(engine.OracleTest):
    def compare(self, found):
        for what in QUANTITIES:
            limit = 1.5 * found[f"{what}_reference"] + 5e-3
            self.measured(what, found[what], limit)
            with self.subTest(what):
                self.assertLessEqual(found[what], limit)

    def check_theirs(self, name):
        self.compare(families.measure_half_adapter(name, self.folder))

    def check_ours(self, name):
        """One that is trained here, in bfloat16."""
        make = tiny_models.FAMILIES[name]
        half = tiny_models.save(make(), self.folder / "half", dtype=torch.bfloat16)
        data, run = self.folder / "data.jsonl", self.folder / "run"
        data.write_text('{"prompt": "A fox", "completion": " is a fox."}\n' * 4)
        engine.train(half, data, run, {
            "method.targets": "all-linear", "method.rank": 4, "method.alpha": 8,
            "training.max_steps": 3, "training.learning_rate": 0.02, "training.warmup_steps": 0,
            "training.compute_dtype": "bfloat16", "data.template": "none",
            "data.validation.fraction": 0})
        adapter = run / "output/last"
        ids = engine.random_ids(90, tiny_models.VOCABULARY)
        adapted = peft_side.load_adapter(engine.load_reference(half), adapter,
                                         ignored_warning=".*(tie|fan_in_fan_out).*")
        self.assertGreater(
            engine.relative_norm(engine.reference_logits(adapted, ids),
                                 engine.reference_logits(engine.load_reference(half), ids)), 1e-2)
        self.compare(families.half_errors(half, adapter, ids))


for _name in tiny_models.FAMILIES:
    for _who in ("theirs", "ours"):
        setattr(HalfAdapters, f"test_{_who}_{_name}",
                lambda self, name=_name, who=_who: getattr(self, f"check_{who}")(name))


if __name__ == "__main__":
    engine.main()
