# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""DyLoRA against a transcription of its released code, and its ranks as plain PEFT adapters (T19)."""
import json

import torch
from safetensors.torch import load_file

import dylora_side
import engine
import peft_side
import test_training
import tiny_models

RANK = 4
STEPS = 20
PREFIX, SUFFIX = "base_model.model.", ".weight"


class DyloraTest(test_training.TrainingTest):
    method = "dylora"


class Released(DyloraTest):
    """Twenty steps of plain AdamW with the ranks that the engine draws: losses, norms and rates step by step, and the
    factors at the end."""

    def check(self, make_model, update, distribution="uniform", **changes):
        self.prepare(make_model, **{
            "method.rank": RANK, "method.update": update, "method.masked_optimizer": False,
            "method.rank_distribution": distribution, "training.max_steps": STEPS, **changes})
        start = load_file(self.start() / "adapter_model.safetensors")
        steps, run = self.train("run")
        factors = {}
        for name, tensor in start.items():
            module = name.removeprefix(PREFIX).removesuffix(SUFFIX)
            factors.setdefault(module.rpartition(".")[0], {})[module[-1]] = tensor
        reference = make_model()
        layers = dylora_side.with_updates(
            reference, {name: (pair["A"], pair["B"]) for name, pair in factors.items()},
            self.job["method.alpha"])
        self.compare_drawn_steps(steps, reference, layers, update == "single", distribution)
        trained = load_file(run / "output/last/adapter_model.safetensors")
        for name, tensor in trained.items():
            module, _, kind = name.removeprefix(PREFIX).removesuffix(SUFFIX).rpartition(".")
            expected = getattr(layers[module], kind).detach()
            self.assertGreater(engine.relative_norm(start[name], expected), 1e-3, name)
            self.assert_norm_close(name, tensor, expected, 1e-4)

    def compare_drawn_steps(self, steps, reference, layers, frozen, distribution):
        draw = getattr(dylora_side, f"{distribution}_rank")
        drawn = [draw(RANK, 42, step) for step in range(STEPS)]
        self.assertEqual(set(drawn), set(range(1, RANK + 1)))
        training = peft_side.Training(reference, self.job)
        theirs = []
        for rank, batches in zip(drawn, self.steps(self.job)):
            for layer in layers.values():
                layer.set_rank(rank - 1, frozen)
            theirs.append(training.step(batches))
        for column, key in enumerate(("loss", "grad_norm", "learning_rate")):
            ours = torch.tensor([step[key] for step in steps], dtype=torch.double)
            expected = torch.tensor([step[column] for step in theirs], dtype=torch.double)
            scale = expected.abs().clamp_min(1e-12)
            self.assert_close(key, ours / scale, expected / scale, (1e-5, 1e-4, 1e-9)[column])

    def test_up_to(self):
        self.check(tiny_models.llama, "up_to", **{"method.targets": ["q", "v", "down"]})

    def test_single(self):
        self.check(tiny_models.llama, "single", **{"method.targets": "all-linear"})

    def test_geometric(self):
        self.check(tiny_models.qwen2, "up_to", "geometric", **{"method.targets": ["q", "v"]})


class Ranks(DyloraTest):
    """Every rank of a run: exported, read by PEFT, evaluated in one go."""

    def check(self, make_model, **changes):
        self.prepare(make_model, **{"method.rank": RANK, "data.validation.path": "",
                                    "data.validation.fraction": 0.4,
                                    "training.evaluate_every": 6, **changes})
        _, run = self.train("run")
        adapter = run / "output/last"
        rows = (run / "metrics_by_rank.csv").read_text().splitlines()
        self.assertEqual(rows[0], "step,rank,eval_loss")
        self.assertEqual([row.split(",")[:2] for row in rows[1:]],
                         [[str(step), str(rank)] for step in (6, 12) for rank in range(1, RANK + 1)])
        evaluated = engine.run("evaluate", "--model", self.model, "--adapter", adapter,
                               "--data", self.data)[0]["metrics"]
        self.assertEqual(len(evaluated["loss_by_rank"]), RANK)
        self.assertEqual(evaluated["loss"], evaluated["loss_by_rank"][-1])
        ids = self.samples[1]["ids"]
        whole = json.loads((adapter / "adapter_config.json").read_text())
        for rank in range(1, RANK + 1):
            folder = self.folder / f"rank-{rank}"
            engine.run("export", "--format", "peft", "--model", self.model, "--adapter", adapter,
                       "--rank", rank, "--out", folder)
            config = json.loads((folder / "adapter_config.json").read_text())
            self.assertEqual(config, {**whole, "r": whole["r"] * rank // RANK})
            alone = engine.run("evaluate", "--model", self.model, "--adapter", folder, "--metrics",
                               "loss", "--data", self.data)[0]["metrics"]["loss"]
            self.assertAlmostEqual(alone, evaluated["loss_by_rank"][rank - 1], delta=1e-6)
            ours = engine.logits(self.model, ids, [adapter], ["--rank", str(rank)])
            theirs = peft_side.load_adapter(make_model(), folder)
            self.assert_close(f"rank {rank}", ours, engine.reference_logits(theirs, ids), 1e-4)

    def test_llama(self):
        self.check(tiny_models.llama, **{"method.targets": ["q", "v", "down"]})

    def test_gpt2(self):
        self.check(tiny_models.gpt2, **{"method.targets": "all-linear"})

    def test_a_plain_adapter_has_one_rank(self):
        self.method = "lora"
        self.prepare(tiny_models.llama, **{"training.max_steps": 1})
        _, run = self.train("run")
        with self.assertRaisesRegex(engine.Refused, "exit 2"):
            engine.run("score", "--model", self.model, "--adapter", run / "output/last",
                       "--rank", 1, "--ids", "1,2,3")


if __name__ == "__main__":
    engine.main()
