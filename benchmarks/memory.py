# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Peak memory of training against the least that a hand-written backward needs.

The floor is the sum of: weights once for each direction they are multiplied in, with the embedding;
what the backward needs of the forward, per token and block the residual stream at two places, q, k, v,
attention's output, gate and up; adapters with gradient and moments in float32; what an engine holds
of its own that computes nothing; and the pages of code that computing brings in, most of them
LibTorch's. All of it exists at once when the backward begins.
"""
import json
import os
import pathlib
import re
import subprocess
import tempfile

import claim
import fixtures
import stages
import train

MB = 1e-6
KINDS = ("anonymous", "libraries", "files")


def floor_of(model, dtype, tokens):
    """{what: bytes}, without the libraries."""
    shape, size = stages.Shape(model), stages.SIZES[dtype]
    weights, lora, _ = fixtures.matmul_weights(model)
    config = json.loads((model / "config.json").read_text())
    stored = {"float32": 4, "bfloat16": 2, "float16": 2}[config.get("dtype") or config["torch_dtype"]]
    # The embedding is frozen: nothing is multiplied by the first block's q, k and v backwards.
    backward = weights - shape.width * (shape.queries + 2 * shape.keys)
    saved = 2 * (shape.width + shape.queries + shape.keys + shape.inner)
    return {"weights": size * (weights + backward) + stored * shape.vocabulary * shape.width,
            "saved": shape.layers * tokens * (size * saved + 4 * config["num_attention_heads"]),
            "adapters": 4 * 4 * lora}


def mappings(pid):
    """Resident bytes now, by what lies behind them: {kind: bytes} and {file: bytes}."""
    kinds, files, name = dict.fromkeys(KINDS, 0), {}, ""
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        header = re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)", line)
        if header:
            name = header[1]
            continue
        key, _, value = line.partition(":")
        if key == "Rss":
            resident = int(value.split()[0]) * 1024
        elif key == "Anonymous":
            anonymous = int(value.split()[0]) * 1024
            kinds["anonymous"] += anonymous
            if resident > anonymous:
                is_code = ".so" in name or name == str(claim.ENGINE)
                kinds["libraries" if is_code else "files"] += resident - anonymous
                files[name] = files.get(name, 0) + resident - anonymous
    return kinds, files


def run(command, at_step=None):
    """(peak bytes, mappings) of a process that writes JSON lines; the mappings as that step is told."""
    seen = None
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": command[-1]}) as process:
        for line in process.stdout:
            event = json.loads(line)
            if at_step and event.get("event") == "step" and event["step"] == at_step:
                seen = mappings(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"error: {' '.join(map(str, command))}: exit {process.returncode}")
    return usage.ru_maxrss * 1024, seen


def idle(threads):
    """Mappings of an engine that waits for its first command."""
    with tempfile.TemporaryDirectory(prefix="lora-bench-") as scratch, subprocess.Popen(
            [claim.ENGINE, "serve", "--scratch", scratch, "--threads", str(threads)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        hello = process.stdout.readline()
        kinds, _ = mappings(process.pid)
        process.stdin.close()
        process.wait()
    if not hello:
        raise SystemExit(f"error: {claim.ENGINE} serve: exit {process.returncode}")
    return kinds


def measure(case, dtype, threads):
    """One row: the floor's parts, the peak and what was resident near the end, in bytes."""
    with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
        job = pathlib.Path(folder) / "job.json"
        job.write_text(json.dumps(case.job(fixtures.adapter(case.model), dtype, 0.0)))
        peak, (kinds, files) = run(
            [claim.ENGINE, "train", job, "--out", pathlib.Path(folder) / "run", "--json",
             "--threads", str(threads)], at_step=case.count - 1)
    parts = {**floor_of(case.model, dtype, sum(case.all) // len(case.all)),
             "idle": idle(threads)["anonymous"], "libraries": kinds["libraries"]}
    return {"floor": parts, "peak": peak, "resident": kinds, "files": files}


def show(row):
    parts = row["floor"]
    floor = sum(parts.values())
    print("  floor    " + " + ".join(f"{name} {MB * size:.0f}" for name, size in parts.items())
          + f" = {MB * floor:.0f} MB")
    print(f"  peak     {MB * row['peak']:.0f} MB, {row['peak'] / floor:.2f} of the floor")
    print(f"  resident in the last step but one: {MB * sum(row['resident'].values()):.0f} MB, "
          + ", ".join(f"{name} {MB * size:.0f}" for name, size in row["resident"].items()))


def main():
    bench = claim.Claim("memory", __doc__)
    threads = bench.options.threads
    dense = fixtures.data_file("dense", fixtures.dense_rows())
    cases = [("stories260K 8×256 float32", fixtures.SMALL, 8, "float32"),
             ("50M 4×256 bfloat16", None, 4, "bfloat16"), ("50M 4×256 float32", None, 4, "float32")]
    for name, model, samples, dtype in cases:
        if not bench.wants(name):
            continue
        if model and not model.exists():
            bench.skip(name, f"{model} is not on this machine")
            continue
        case = train.Case(model or fixtures.random_model("50M"), dense, samples, 256, threads=threads)
        row = measure(case, dtype, threads)
        print(f"\n{name}", flush=True)
        show(row)
        bench.cases.append({"name": name, "contenders": [], **row})
    bench.finish()


if __name__ == "__main__":
    main()
