# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What a quantised base saves and costs: unpacking against the machine's memory, training against
LoRA in bfloat16, and QDyLoRA against one QLoRA run per rank and against truncating one of them.

Training takes turns in fresh processes (runner.py), its peak memory is that of the process (wait4).
The frozen weights' memory of bfloat16 LoRA is counted from the shape, as `bench memory` counts it;
that of a quantised base is this less what its process peaks lower, all else being the same in both.
"""
import json
import math
import os
import pathlib
import tempfile

import claim
import fixtures
import memory
import methods
import quantised_report
import runner

SHAPE, BATCH, LENGTH = "50M", 8, 256
STEPS, QUICK_STEPS, WARMUP = 30, 8, 3
# How the base is held, by the contender's name; the first is what the others are compared with.
BASES = {
    "bfloat16 LoRA": {"quantization": "none"},
    "nf4 QLoRA": {"quantization": "nf4", "double_quant": False},
    "nf4 QLoRA, double quantisation": {"quantization": "nf4"},
    "the same, embeddings too": {"quantization": "nf4", "quantize_embeddings": True},
    "int8 QLoRA": {"quantization": "int8"},
}
RANK = 16
RANKS = (1, 2, 4, 8, 16)
TEXT_STEPS, QUICK_TEXT_STEPS = 200, 20
UNPACK = pathlib.Path(os.environ.get(
    "LORA_UNPACK", claim.ROOT / "build/release/benchmarks/unpack"))


def unpacking(threads):
    """Rows of the program `unpack`: GB/s beside a copy and a read of the same minute."""
    output = runner.run_program([UNPACK, threads], waits=True, threads=threads)
    return [line for line in output.lines if "form" in line]


def settings(values):
    return [word for key, value in values.items() for word in
            ("--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}")]


def trainer(model, data, name, steps, threads):
    """The contender that trains LoRA of all linear layers on the base of that name."""
    held = {f"model.{key}": value for key, value in BASES[name].items()}

    def measure():
        with tempfile.TemporaryDirectory(prefix="run-", dir=runner.BENCH_CACHE) as made:
            output = runner.run_program(
                [claim.ENGINE, "train", "--model", model, "--data", data, "--method", "lora",
                 "--out", pathlib.Path(made) / "run", "--json", "--threads", threads, *settings({
                     "method.rank": fixtures.RANK, "method.alpha": fixtures.ALPHA,
                     "method.targets": "all-linear", **held,
                     "model.dtype": "bfloat16", "training.compute_dtype": "bfloat16",
                     "training.schedule": "constant", "training.max_steps": steps,
                     "training.batch_size": BATCH, "training.evaluate_every": 10 * steps,
                     "training.save_every": 10 * steps, "data.max_length": LENGTH,
                     "data.truncate": "right", "data.template": "none", "data.packing": False,
                     "data.validation.fraction": 0})], threads=threads)
        done = [line for line in output.lines if line.get("event") == "step"]
        rates = [(b["tokens"] - a["tokens"]) / (b["seconds"] - a["seconds"])
                 for a, b in zip(done[WARMUP:], done[WARMUP + 1:]) if b["seconds"] > a["seconds"]]
        return runner.Run(rates, [step["loss"] for step in done],
                          {"memory_bytes": output.memory_bytes,
                           "tokens_a_step": done[0]["tokens"]}, output.disturbance)

    def check(run, _):
        if not all(math.isfinite(loss) for loss in run.results):
            raise runner.Disagreement("a loss is no number")
    return runner.Contender(name, measure, check)


def race(steps, rounds, threads, say):
    """Speed and peak memory of the bases: {contenders, weight_bytes}."""
    model = fixtures.random_model(SHAPE)
    data = fixtures.data_file("dense", fixtures.dense_rows())
    results = runner.compare([trainer(model, data, name, steps, threads) for name in BASES],
                             rounds, say)
    weights = memory.floor_of(model, "bfloat16", BATCH * LENGTH)["weights"]
    plain = results[0].get("facts", {}).get("memory_bytes")
    for result in results:
        peak = result.get("facts", {}).get("memory_bytes")
        if plain and peak:
            result["weight_bytes"] = weights - (plain - peak)
            result["weight_share"] = result["weight_bytes"] / weights
    return {"contenders": results, "weight_bytes": weights}


def truncated(adapter, rank, folder):
    """PEFT's folder of the best approximation of every update at that rank, its scale kept."""
    import torch
    from safetensors.torch import load_file, save_file
    config = json.loads((adapter / "adapter_config.json").read_text())
    tensors = load_file(adapter / "adapter_model.safetensors")
    scale, made = config["lora_alpha"] / config["r"], {}
    for name in [name for name in tensors if name.endswith("lora_A.weight")]:
        other = name.replace("lora_A", "lora_B")
        u, s, v = torch.linalg.svd(tensors[other].double() @ tensors[name].double(),
                                   full_matrices=False)
        root = s[:rank].sqrt()
        made[name] = (root[:, None] * v[:rank]).float().contiguous()
        made[other] = (u[:, :rank] * root).float().contiguous()
    folder.mkdir()
    save_file(made, folder / "adapter_model.safetensors")
    config.update(r=rank, lora_alpha=scale * rank)
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1))
    return folder


class Text:
    """Runs on real text over the nf4 base; losses on rows that were held out."""

    def __init__(self, model, data, folder, steps, threads):
        self.model, self.folder = model, folder
        self.train_file, self.held_out = methods.split(data, folder)
        self.steps, self.threads = steps, threads

    def train(self, method, rank, name):
        """The adapter's folder. Every run has the same scale, so the same rate suits all ranks."""
        target = self.folder / name
        methods.engine(
            "train", "--model", self.model, "--data", self.train_file, "--method", method, "--out",
            target, "--threads", self.threads, *settings({
                "method.rank": rank, "method.alpha": 2 * rank, "method.targets": "all-linear",
                "model.quantization": "nf4", "training.learning_rate": 2e-3,
                "training.max_steps": self.steps, "training.batch_size": BATCH,
                "training.evaluate_every": 10 * self.steps,
                "training.save_every": 10 * self.steps, "data.max_length": LENGTH,
                "data.template": "plain", "data.validation.fraction": 0}))
        return target / "output" / "adapter"

    def loss(self, adapter=None, rank=0, quantization="nf4"):
        more = ["--adapter", adapter] if adapter else []
        more += ["--rank", rank] if rank else []
        return methods.engine(
            "score", "--model", self.model, *more, "--data", self.held_out, "--template", "plain",
            "--quantization", quantization, "--threads", self.threads)["mean_nll"]

    def measure(self, say):
        """{base, base_nf4, ranks: [{rank, dylora, alone, truncated}]}."""
        say("QDyLoRA: one run for every rank")
        dylora = self.train("dylora", RANK, "dylora")
        alone = {}
        for rank in RANKS:
            say(f"QLoRA of rank {rank}")
            alone[rank] = self.train("lora", rank, f"alone-{rank}")
        rows = [{"rank": rank, "dylora": self.loss(dylora, rank), "alone": self.loss(alone[rank]),
                 "truncated": self.loss(truncated(alone[RANK], rank, self.folder / f"svd-{rank}"))}
                for rank in RANKS]
        return {"base": self.loss(quantization="none"), "base_nf4": self.loss(), "ranks": rows}


def add_options(parser):
    parser.add_argument("--quick", action="store_true",
                        help="few steps, one round: to see that it works")
    parser.add_argument("--model", type=pathlib.Path, default=None,
                        help="for the text: a model folder (stories260K, else the sample)")
    parser.add_argument("--data", type=pathlib.Path, default=None,
                        help="rows in JSON (instruction-data, else the sample's)")
    parser.add_argument("--write", action="store_true", help="write docs/quantised.md")


def main():
    bench = claim.Claim("quantised", __doc__, rounds=3, more=add_options)
    options = bench.options
    instructions = claim.SHARED / "data/llms_from_scratch/instruction-data.json"
    model = options.model or (fixtures.SMALL if fixtures.SMALL.exists() else fixtures.SAMPLE / "model")
    data = options.data or (instructions if instructions.exists() else fixtures.SAMPLE / "pirate.jsonl")
    steps, text_steps, rounds = ((QUICK_STEPS, QUICK_TEXT_STEPS, 1) if options.quick
                                 else (STEPS, TEXT_STEPS, options.rounds))

    def say(text):
        print(f"  · {text}", flush=True)

    report = {"command": "./studio bench quantised --write", "threads": options.threads,
              "shape": SHAPE, "tokens": BATCH * LENGTH, "steps": steps, "rounds": rounds,
              "model": model.name, "data": data.name, "text_steps": text_steps, "batch": BATCH,
              "length": LENGTH, "top_rank": RANK}
    contenders = []
    if bench.wants("unpacking"):
        report["unpacking"] = unpacking(options.threads)
    if bench.wants("training"):
        report["race"] = race(steps, rounds, options.threads, say)
        contenders = report["race"]["contenders"]
    if bench.wants("ranks"):
        with tempfile.TemporaryDirectory(prefix="quantised-", dir=methods.bench_folder()) as made:
            report["text"] = Text(model, data, pathlib.Path(made), text_steps,
                                  options.threads).measure(say)
    print("\n" + quantised_report.text(report))
    if options.write:
        quantised_report.write(report, claim.ROOT / "docs")
    bench.cases = [{"name": "quantised", **report, "contenders": contenders}]
    bench.finish()


if __name__ == "__main__":
    main()
