# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Every tuning method on one task: what it trains, writes, needs and learns, and what it costs when
the model answers, with the adapter beside it and merged into its weights.

The same model, data, batches, seed and number of steps for all; rates are each method's own default
where the table of rows names none. Everything is a fresh process; generation takes turns over the
base and all adapters, unmerged and merged, in ABBA rounds (runner.py).
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import claim
import fixtures
import methods_report
import runner

STEPS, QUICK_STEPS = 150, 30
WARMUP = 5  # steps that are not timed
BATCH, LENGTH = 8, 256
HELD_OUT = 0.1  # of the rows
PROMPTS, NEW_TOKENS, PROMPT_WORDS = 16, 256, 8
MERGE_TOLERANCE = 1e-3  # of the held-out loss, merged against unmerged
RANK, BOTTLENECK, TOKENS = 8, 8, 16

QV, ALL = ["q", "v"], "all-linear"


def lora(**more):
    return {"rank": RANK, "alpha": 2 * RANK, "targets": ALL, **more}


# (what the row is called, method, settings of the method, settings of the run). A row counts where the
# engine has the method and every setting; methods that no row names get one with their defaults.
ROWS = [
    ("Full fine-tuning", "full", {}, {}),
    ("Top 2 blocks", "top_layers", {"count": 2}, {}),
    ("BitFit", "bitfit", {}, {"learning_rate": 1e-2}),
    ("Adapter H", "adapter_h", {"bottleneck": BOTTLENECK}, {"learning_rate": 2e-3}),
    ("Adapter L", "adapter_l", {"bottleneck": BOTTLENECK}, {"learning_rate": 2e-3}),
    ("Adapter P", "adapter_p", {"bottleneck": BOTTLENECK}, {"learning_rate": 2e-3}),
    ("Prefix embedding", "prefix_embedding", {"prefix_tokens": TOKENS}, {}),
    ("Prefix layer", "prefix_layer", {"prefix_tokens": TOKENS}, {}),
    ("Prompt tuning", "prompt_tuning", {"num_virtual_tokens": TOKENS}, {}),
    ("Prefix tuning", "prefix_tuning", {"num_virtual_tokens": TOKENS}, {}),
    ("LoRA q, v", "lora", lora(targets=QV), {"learning_rate": 2e-3}),
    ("LoRA", "lora", lora(), {"learning_rate": 2e-3}),
    ("rsLoRA", "lora", lora(use_rslora=True), {"learning_rate": 1e-3}),
    ("LoRA+", "lora", lora(lora_plus_ratio=16), {"learning_rate": 5e-4}),
    ("DoRA", "lora", lora(use_dora=True), {"learning_rate": 2e-3}),
    ("DyLoRA", "dylora", lora(), {"learning_rate": 2e-3}),
    ("AdaLoRA", "adalora", {"init_r": 12, "target_r": RANK, "alpha": 2 * RANK, "targets": ALL},
     {"learning_rate": 2e-3}),
    ("VeRA", "vera", {"rank": 64, "targets": ALL}, {"learning_rate": 1e-2}),
    ("IA³", "ia3", {}, {"learning_rate": 1e-2}),
    ("LoRA + prefix embedding", "lora",
     lora(**{"with": [{"id": "prefix_embedding", "prefix_tokens": TOKENS}]}),
     {"learning_rate": 2e-3}),
]


def rows_for(catalogue):
    """(rows that this engine can do, {row: why not}). The catalogue is that of `describe --json`."""
    methods = {method["id"]: {field["key"]: field for field in method["fields"]}
               for method in catalogue["methods"]}
    shared = {field["key"] for section in catalogue.get("job", []) if section["id"] == "method"
              for field in section["fields"]}
    rows, missing = [], {}
    for row in ROWS:
        name, method, settings, _ = row
        unknown = [key for key in settings if key not in methods.get(method, {}) and key not in shared]
        further = [one["id"] for one in settings.get("with", []) if one["id"] not in methods]
        if method not in methods or further:
            missing[name] = f"this engine has no method {', '.join([*further, method][:1])}"
        elif unknown:
            missing[name] = f"{method} has no {', '.join(unknown)} here"
        else:
            rows.append(row)
    named = {method for _, method, _, _ in ROWS}
    rows += [(method["name"], method["id"], {}, {}) for method in catalogue["methods"]
             if method["id"] not in named]
    return rows, missing


def engine(*arguments):
    """The answer of a verb, or Failed with its own words."""
    done = subprocess.run(list(map(str, [claim.ENGINE, *arguments, "--json"])), capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise runner.Failed(done.stderr.strip().splitlines()[-1] if done.stderr.strip()
                            else f"exit {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def with_biases(model, folder):
    """The model as Qwen2 has it: biases of zero at q, k and v, which change nothing until they are
    trained; a Llama without biases leaves BitFit nothing to train. Tensors are appended as they are
    stored."""
    config = json.loads((model / "config.json").read_text())
    if config["model_type"] != "llama" or not (model / "model.safetensors").exists():
        return model
    shutil.copytree(model, folder, copy_function=shutil.copyfile)
    for path in [folder, *folder.iterdir()]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    content = (model / "model.safetensors").read_bytes()
    length = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8:8 + length]), content[8 + length:]
    for name, tensor in list(header.items()):
        if name.endswith(tuple(f".self_attn.{part}_proj.weight" for part in "qkv")):
            size = (tensor["data_offsets"][1] - tensor["data_offsets"][0]) // tensor["shape"][1]
            header[name.replace("weight", "bias")] = {
                "dtype": tensor["dtype"], "shape": tensor["shape"][:1],
                "data_offsets": [len(data), len(data) + size]}
            data += bytes(size)
    written = json.dumps(header).encode()
    written += b" " * (-len(written) % 8)
    (folder / "model.safetensors").write_bytes(len(written).to_bytes(8, "little") + written + data)
    config.update(model_type="qwen2", architectures=["Qwen2ForCausalLM"])
    for key in ("attention_bias", "mlp_bias"):
        config.pop(key, None)
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    return folder


def split(data, folder):
    """Two files of the rows: those trained on, and every tenth held out."""
    text = data.read_text()
    rows = json.loads(text) if text.lstrip().startswith("[") else list(
        map(json.loads, filter(None, text.splitlines())))
    every = round(1 / HELD_OUT)
    parts = {"train": [row for i, row in enumerate(rows) if i % every],
             "held_out": [row for i, row in enumerate(rows) if i % every == 0]}
    for name, part in parts.items():
        (folder / f"{name}.json").write_text(json.dumps(part))
    return folder / "train.json", folder / "held_out.json"


class Task:
    """One model, data and plan for all rows; `folder` holds what is made."""

    def __init__(self, model, data, folder, steps, threads):
        self.model = with_biases(pathlib.Path(model), folder / pathlib.Path(model).name)
        self.train, self.held_out = split(pathlib.Path(data), folder)
        self.folder, self.steps, self.threads = folder, steps, threads

    def common(self):
        return ["--threads", self.threads, "--dtype", "float32"]

    def arguments(self, row):
        _, method, settings, run = row
        values = {**{f"method.{key}": value for key, value in settings.items()},
                  "training.max_steps": self.steps, "training.batch_size": BATCH,
                  "data.max_length": LENGTH, "data.validation.fraction": 0,
                  "data.template": "plain",
                  "training.evaluate_every": 10 * self.steps, "training.save_every": 10 * self.steps,
                  **{f"training.{key}": value for key, value in run.items()}}
        sets = [item for key, value in values.items()
                for item in ("--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}")]
        return ["--model", self.model, "--data", self.train, "--method", method, *sets]

    def trained(self, row, run):
        """The contender that trains the row, its first quiet result kept in `run`."""
        def measure():
            with tempfile.TemporaryDirectory(prefix="run-", dir=self.folder) as made:
                target = pathlib.Path(made) / "run"
                output = runner.run_program(
                    [claim.ENGINE, "train", *self.arguments(row), "--out", target, "--json",
                     *self.common()], threads=self.threads)
                steps = [line for line in output.lines if line.get("event") == "step"]
                times = [step["seconds"] for step in steps]
                tokens = [step["tokens"] for step in steps]
                if not run.exists():
                    shutil.copytree(target / "output" / "adapter", run)
            rates = [(b - a) / (t - s) for a, b, s, t in zip(
                tokens[WARMUP - 1:], tokens[WARMUP:], times[WARMUP - 1:], times[WARMUP:]) if t > s]
            return runner.Run(rates, [step["loss"] for step in steps],
                              {"memory_bytes": output.memory_bytes}, output.disturbance)

        first = []

        def check(again, _):
            first.append(again.results)
            if again.results != first[0]:
                raise runner.Disagreement("the same run has other losses")
        return runner.Contender(row[0], measure, check)

    def loss(self, model, adapter=None):
        more = ["--adapter", adapter] if adapter else []
        return engine("score", "--model", model, *more, "--data", self.held_out, "--template", "plain",
                      *self.common())["mean_nll"]

    def writer(self, name, model, adapter=None):
        """A contender that answers the same prompts; the first warms up."""
        prompts = fixtures.words()
        lines = "".join(json.dumps(fixtures.take(prompts, PROMPT_WORDS)) + "\n"
                        for _ in range(PROMPTS + 1))

        def measure():
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
                file.write(lines)
                file.flush()
                more = ["--adapter", adapter] if adapter else []
                output = runner.run_program(
                    [claim.ENGINE, "generate", "--model", model, *more, "--prompts", file.name,
                     "--no-chat-template", "--temperature", "0", "--max-new-tokens", NEW_TOKENS,
                     "--json", *self.common()], threads=self.threads)
            answers = [line for line in output.lines if line.get("ids")][1:]
            return runner.Run([answer["tokens_per_second"] for answer in answers], None,
                              {"memory_bytes": output.memory_bytes}, output.disturbance)
        return runner.Contender(name, measure)


def accepts(catalogue, exporter, method):
    return any(entry["id"] == exporter and method in entry.get("accepts", [])
               for entry in catalogue["exporters"])


def train_all(task, rows, rounds, say):
    """Rows of results: counts, bytes, memory, speed, loss. All take turns; a row whose losses are not
    the same in every round has no result."""
    results, contenders, trained = [], [], []
    for row in rows:
        name, method, settings, _ = row
        run = task.folder / f"adapter-{len(results)}"
        result = {"name": name, "method": method, "settings": settings, "adapter": run}
        results.append(result)
        try:
            plan = engine("estimate", *task.arguments(row))
            result["parameters"] = plan["parameters"]["trainable"]
            result["total"] = plan["parameters"]["total"]
        except runner.Failed as problem:
            result["problem"] = str(problem)
            say(f"{name}: {problem}")
            continue
        contenders.append(task.trained(row, run))
        trained.append(result)
    measurements = runner.compare(contenders, rounds, say) if contenders else []
    for result, measured in zip(trained, measurements):
        run = result["adapter"]
        if measured["problem"] or not run.exists():
            result["problem"] = (measured["problem"] or "nothing was written").splitlines()[-1]
            continue
        facts = measured.get("facts", {})
        result.update(
            tokens_per_second=measured["rate"], quiet=measured["quiet_runs"],
            memory_bytes=facts.get("memory_bytes"),
            file_bytes=sum(file.stat().st_size for file in run.rglob("*") if file.is_file()))
        try:
            result["loss"] = task.loss(task.model, run)
        except runner.Failed as problem:
            result["problem"] = str(problem)
    return results


def merge_all(task, results, catalogue, say):
    """Adds the folder of the merged model, and its loss, where the method can be merged."""
    for result in results:
        if result.get("loss") is None or not accepts(catalogue, "merged", result["method"]):
            continue
        target = task.folder / f"merged-{result['adapter'].name}"
        try:
            engine("export", "--format", "merged", "--model", task.model, "--adapter",
                   result["adapter"], "--out", target, "--no-verify")
            merged = task.loss(target)
        except runner.Failed as problem:
            say(f"{result['name']}, merged: {problem}")
            continue
        if abs(merged - result["loss"]) > MERGE_TOLERANCE:
            result["problem"] = f"merged it has loss {merged:.4f} instead of {result['loss']:.4f}"
        result["merged"] = target


def generate_all(task, results, rounds, say):
    """Adds the latency of a written token, in those of the base: unmerged, and merged."""
    contenders, places = [task.writer("base", task.model)], [None]
    for result in results:
        for key, model, adapter in (("unmerged", task.model, result["adapter"]),
                                    ("merged", result.get("merged"), None)):
            if result.get("loss") is not None and model:
                contenders.append(task.writer(f"{result['name']}, {key}", model, adapter))
                places.append((result, f"{key}_latency"))
    measured = runner.compare(contenders, rounds, say)
    for place, one in zip(places[1:], measured[1:]):
        if one["ratio"] is not None:
            place[0][place[1]] = one["ratio"]
            place[0][f"{place[1]}_range"] = one["ratio_range"]
    return measured[0]


def add_options(parser):
    parser.add_argument("--quick", action="store_true",
                        help=f"{QUICK_STEPS} steps and one round: to see that it works")
    parser.add_argument("--model", type=pathlib.Path, default=None,
                        help="a model folder (stories260K, else the sample)")
    parser.add_argument("--data", type=pathlib.Path, default=None,
                        help="rows in JSON (instruction-data, else the sample's)")
    parser.add_argument("--write", action="store_true",
                        help="write docs/methods.md and its chart")


def main():
    bench = claim.Claim("methods", __doc__, rounds=2, more=add_options)
    options = bench.options
    instructions = claim.SHARED / "data/llms_from_scratch/instruction-data.json"
    model = options.model or (fixtures.SMALL if fixtures.SMALL.exists() else fixtures.SAMPLE / "model")
    data = options.data or (instructions if instructions.exists() else fixtures.SAMPLE / "pirate.jsonl")
    steps, rounds = (QUICK_STEPS, 1) if options.quick else (STEPS, options.rounds)
    catalogue = engine("describe")
    rows, missing = rows_for(catalogue)
    for name, why in missing.items():
        bench.skip(name, why)
    rows = [row for row in rows if bench.wants(row[0])]

    def say(text):
        print(f"  · {text}", flush=True)

    with tempfile.TemporaryDirectory(prefix="methods-", dir=bench_folder()) as made:
        task = Task(model, data, pathlib.Path(made), steps, options.threads)
        base_loss = task.loss(task.model)
        results = train_all(task, rows, rounds, say)
        merge_all(task, results, catalogue, say)
        base = generate_all(task, results, rounds, say)
        for result in results:
            for key in ("adapter", "merged"):
                result[key] = key in result and bool(result[key])
    report = {"model": model.name, "data": data.name, "steps": steps, "batch": BATCH,
              "length": LENGTH, "rounds": rounds, "threads": options.threads,
              "base_loss": base_loss, "base_rate": base["rate"], "rows": results,
              "missing": missing, "command": "./studio bench methods --write"}
    print("\n" + methods_report.table(report))
    if options.write:
        methods_report.write(report, claim.ROOT / "docs")
    bench.cases = [{"name": "methods", "contenders": [], **report}]
    bench.finish()


def bench_folder():
    runner.BENCH_CACHE.mkdir(parents=True, exist_ok=True)
    return os.fspath(runner.BENCH_CACHE)


if __name__ == "__main__":
    main()
