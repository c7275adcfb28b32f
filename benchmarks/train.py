# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Training speed against transformers + PEFT, eager and compiled, in float32 and bfloat16.

Same weights, token file, adapter at the start, rank, batches, learning rate and clipping; in full
fine-tuning, which needs no PEFT, the same weights in float32. Losses of the first 20 steps must
agree step by step (1e-4 in float32, 2e-2 in bfloat16).
"""
import json
import pathlib
import statistics
import sys
import tempfile

import claim
import fixtures
import runner
import stages

WARMUP, TIMED, COMPARED = 5, 30, 20
SHORT = {"float32": "fp32", "bfloat16": "bf16"}
TOLERANCE = {"float32": 1e-4, "bfloat16": 2e-2}
SHARED_SETTINGS = {"weight_decay": 0.01, "max_grad_norm": 1.0}
LEARNING_RATES = {"lora": 2e-4, "dora": 2e-4, "full": 2e-5}


class Case:
    """One shape and its data, for both sides."""

    def __init__(self, model, data, batch_size, max_length, accumulate=1, threads=2):
        self.model, self.data, self.threads = model, data, threads
        self.batch_size, self.accumulate, self.max_length = batch_size, accumulate, max_length
        self.tokens = fixtures.tokens_of(model, data, max_length)
        samples = json.loads(self.tokens.read_text())
        self.count = WARMUP + TIMED
        self.steps = fixtures.steps_of(samples, batch_size, accumulate, self.count)
        self.trained = [fixtures.trained_tokens(step) for step in self.steps]
        self.all = [fixtures.all_tokens(step) for step in self.steps]

    def rates(self, seconds):
        """Trained tokens a second of the timed steps."""
        return [tokens / s for tokens, s in zip(self.trained[WARMUP:], seconds)]

    def checker(self, dtype, loosely=False):
        def check(run, reference):
            pairs = list(zip(run.results, reference.results))[:COMPARED]
            if len(pairs) < COMPARED:
                raise runner.Disagreement(f"only {len(pairs)} losses")
            if loosely:  # other dropout masks: equal in the mean alone
                means = [statistics.fmean(side) for side in zip(*pairs)]
                worst, allowed, step = abs(means[0] - means[1]), 2e-2, 0
            else:
                worst, step = max((abs(a - b), i) for i, (a, b) in enumerate(pairs))
                allowed = TOLERANCE[dtype]
            run.facts["loss_difference"] = worst
            if not worst <= allowed:
                raise runner.Disagreement(f"loss differs by {worst:.2g} (allowed {allowed:g}) at step "
                                          f"{step + 1}: {pairs[step][0]:.6g}, {pairs[step][1]:.6g}")
        return check

    # --- the engine ---

    def method(self, kind, dropout):
        """The job's: lora, dora or full."""
        if kind == "full":
            return {"id": "full"}
        return {"id": "lora", "rank": fixtures.RANK, "alpha": fixtures.ALPHA,
                "targets": "all-linear", "dropout": dropout, "use_dora": kind == "dora",
                "start_from": str(self.adapter(kind, dropout))}

    def adapter(self, kind, dropout):
        return fixtures.adapter(self.model, dropout, dora=kind == "dora")

    def engine(self, name, dtype, dropout=0.0, kind="lora", check=None):
        def with_command(run):
            with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
                job = pathlib.Path(folder) / "job.json"
                job.write_text(json.dumps(self.job(kind, dropout, dtype)))
                return run([claim.ENGINE, "train", job, "--out", pathlib.Path(folder) / "run",
                            "--json", "--threads", self.threads], threads=self.threads)

        def profile(rates):
            document, disturbance = with_command(stages.profile_of)
            return stages.rows_of(document, self.work(dtype, kind), dtype, rates), disturbance
        return runner.Contender(
            name, lambda: self.engine_run(with_command(runner.run_program)),
            check or self.checker(dtype), profile)

    def work(self, dtype, kind):
        """Of a mean step, the first left out as in the engine's profile."""
        steps = self.steps[1:]
        works = [stages.training_work(
            self.model, dtype, [len(s["ids"]) for batch in step for s in batch],
            fixtures.trained_tokens(step), kind == "full") for step in steps]
        return {key: (statistics.fmean(work[key][0] for work in works), unit)
                for key, (_, unit) in works[0].items()}

    def job(self, kind, dropout, dtype):
        return {
            "version": 1,
            "model": {"path": str(self.model), "dtype": dtype},
            "data": {"path": str(self.data), "template": "none", "mask": "answers",
                     "truncate": "right", "max_length": self.max_length, "packing": False,
                     "shuffle": False, "validation": {"fraction": 0}},
            "objective": {"id": "causal_lm"},
            "method": self.method(kind, dropout),
            "training": {**SHARED_SETTINGS, "learning_rate": LEARNING_RATES[kind],
                         "max_steps": self.count, "batch_size": self.batch_size,
                         "accumulate": self.accumulate, "schedule": "constant", "warmup_ratio": 0,
                         "compute_dtype": dtype, "evaluate_every": 100000, "save_every": 100000},
        }

    def engine_run(self, output):
        """What lies between steps (events, journal) counts: the time from step to step is shared
        out over them."""
        steps = [(line, stamp) for line, stamp in zip(output.lines, output.stamps)
                 if line["event"] == "step"]
        totals = [step["seconds"] for step, _ in steps]
        seconds = [later - earlier for earlier, later in zip(totals[WARMUP - 1:], totals[WARMUP:])]
        wall = steps[-1][1] - steps[WARMUP - 1][1]
        between = max(0.0, wall - sum(seconds)) / len(seconds)
        return runner.Run(
            self.rates([s + between for s in seconds]), [step["loss"] for step, _ in steps],
            {"start_seconds": steps[0][1] - output.started, "memory_bytes": output.memory_bytes,
             "between_steps_seconds": between}, output.disturbance)

    # --- transformers + PEFT ---

    def peft(self, name, dtype, compiled=False, dropout=0.0, kind="lora", check=None):
        spec = {"model": str(self.model),
                "adapter": None if kind == "full" else str(self.adapter(kind, dropout)),
                "tokens": str(self.tokens), "dtype": dtype, "compile": compiled,
                "threads": self.threads, "batch_size": self.batch_size,
                "accumulate": self.accumulate, "steps": self.count, "warmup": WARMUP,
                "learning_rate": LEARNING_RATES[kind], **SHARED_SETTINGS}

        def measure():
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(spec, file)
                file.flush()
                output = runner.run_program([sys.executable, claim.PEERS / "hf_train.py", file.name],
                                            waits=True, threads=self.threads)
            first = next(stamp for line, stamp in zip(output.lines, output.stamps)
                         if "first_step" in line)
            answer = output.lines[-1]
            return runner.Run(self.rates(answer["seconds"]), answer["losses"],
                              {"start_seconds": first - output.started,
                               "memory_bytes": output.memory_bytes}, output.disturbance)
        return runner.Contender(name, measure, check or self.checker(dtype))

    def all_peers(self, ours):
        """Both dtypes, eager and compiled; one other than ours is held to bfloat16's tolerance."""
        for dtype in ("float32", "bfloat16"):
            check = self.checker(dtype if dtype == ours else "bfloat16")
            yield self.peft(f"PEFT {dtype}", dtype, check=check)
            yield self.peft(f"PEFT {dtype} compiled", dtype, compiled=True, check=check)

    def note(self):
        longest = sum(max(len(s["ids"]) for s in batch) * len(batch)
                      for step in self.steps for batch in step)
        return (f"{statistics.fmean(self.all):.0f} tokens a step without padding "
                f"({sum(self.all) / longest:.0%} of the padded), "
                f"{statistics.fmean(self.trained):.0f} trained; rates are per trained token")


def main():
    bench = claim.Claim("train", __doc__, profiles=True)
    threads = bench.options.threads
    dense = fixtures.data_file("dense", fixtures.dense_rows())
    ragged = fixtures.data_file("ragged", fixtures.ragged_rows(256))

    if not fixtures.SMALL.exists():
        bench.skip("stories260K", f"{fixtures.SMALL} is not on this machine")
    else:
        small = Case(fixtures.SMALL, dense, 8, 256, threads=threads)
        bench.run("stories260K 8×256 float32", "tokens/s", lambda: [
            small.engine("lora-engine", "float32"), *small.all_peers("float32")], small.note())
        fours = Case(fixtures.SMALL, dense, 2, 256, accumulate=4, threads=threads)
        loosely = small.checker("float32", loosely=True)
        bench.run("stories260K options float32", "tokens/s", lambda: [
            small.engine("lora-engine", "float32"),
            small.engine("lora-engine dropout 0.05", "float32", 0.05, check=loosely),
            fours.engine("lora-engine 4 × 2×256", "float32"),
            small.peft("PEFT dropout 0.05", "float32", dropout=0.05, check=loosely),
            fours.peft("PEFT 4 × 2×256", "float32")], small.note())
        bench.run("stories260K DoRA float32", "tokens/s", lambda: [
            small.engine("lora-engine", "float32", kind="dora"),
            small.engine("lora-engine dropout 0.05", "float32", 0.05, kind="dora", check=loosely),
            small.peft("PEFT", "float32", kind="dora"),
            small.peft("PEFT dropout 0.05", "float32", dropout=0.05, kind="dora", check=loosely)],
            small.note())
        bench.run("stories260K full fine-tuning float32", "tokens/s", lambda: [
            small.engine("lora-engine", "float32", kind="full"),
            small.peft("transformers", "float32", kind="full"),
            small.peft("transformers compiled", "float32", True, kind="full")], small.note())
        uneven = Case(fixtures.SMALL, ragged, 8, 512, threads=threads)
        bench.run("stories260K ragged 8 samples float32", "trained tokens/s", lambda: [
            uneven.engine("lora-engine", "float32"), uneven.peft("PEFT padded", "float32")],
            uneven.note())
    for dtype in ("bfloat16", "float32"):
        name = f"50M 4×256 {dtype}"
        dora = f"50M DoRA {dtype}"
        full = f"50M full fine-tuning {dtype}"
        if any(bench.wants(one) for one in (name, dora, full)):
            large = Case(fixtures.random_model("50M"), dense, 4, 256, threads=threads)
            bench.run(dora, "tokens/s", lambda: [
                large.engine("lora-engine", dtype, kind="dora"),
                large.peft(f"PEFT {dtype}", dtype, kind="dora")], large.note())
            if dtype == "bfloat16":  # of all weights at random float32 losses drift apart
                bench.run(full, "tokens/s", lambda: [
                    large.engine("lora-engine", dtype, kind="full"),
                    large.peft(f"transformers {dtype}", dtype, kind="full")], large.note(),
                    ("GFLOP/s " + SHORT[dtype],
                     1e-9 * fixtures.training_flops(large.model, 256, full=True)))
            bench.run(name, "tokens/s", lambda: [
                large.engine("lora-engine", dtype), *large.all_peers(dtype)], large.note(),
                ("GFLOP/s " + SHORT[dtype], 1e-9 * fixtures.training_flops(large.model, 256)))
    bench.finish()


if __name__ == "__main__":
    main()
