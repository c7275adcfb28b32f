# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Training speed on an NVIDIA GPU: LoRA on all linear layers of five models' shapes, at 512 to
32768 tokens a step, against transformers + PEFT (eager, compiled, with Liger's kernels).

Random bfloat16 weights made on this machine from seeds, rank 16, alpha 32, AdamW 2e-4, clipping at
1.0; the peers under bfloat16 autocast. Losses of the first 20 steps must agree to 2e-2.
"""
import ctypes
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import claim
import fixtures
import gpu_shapes
import runner
import train

SEED = fixtures.SEED
OUT_OF_MEMORY = "out of memory"
WORDS = 520000  # 40 steps of the largest batch
DISK_FACTOR = 1.1


def why_no_gpu():
    """Empty where engine and peers can compute on a GPU; else one line why not."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return "there is no GPU: NVIDIA's driver (libcuda.so.1) is not on this machine"
    about = json.loads(subprocess.run([claim.ENGINE, "describe", "--json"], capture_output=True,
                                      text=True, check=True).stdout)
    if not about["cuda"]["available"]:
        return f"the engine computes on no GPU: {about['cuda']['reason']}"
    import torch
    return "" if torch.cuda.is_available() else "the peers' PyTorch sees no GPU"


def graphics_card():
    """Name, clock, temperature and power now, as the driver tells."""
    if shutil.which("nvidia-smi") is None:
        return "nvidia-smi is not there"
    return subprocess.run(
        ["nvidia-smi", "--query-gpu=name,clocks.sm,clocks.mem,temperature.gpu,power.draw",
         "--format=csv,noheader"], capture_output=True, text=True, check=False).stdout.strip()


# --- what both sides read ------------------------------------------------------------------------

def make_weights(folder, name):
    """Made on the GPU: normal with the usual deviation of 0.02."""
    import torch
    import transformers
    torch.manual_seed(SEED)
    config = transformers.LlamaConfig(**gpu_shapes.SHAPES[name], **{
        key: value for key, value in gpu_shapes.COMMON.items() if key != "model_type"})
    torch.set_default_dtype(torch.bfloat16)
    with torch.device("cuda"):
        model = transformers.LlamaForCausalLM(config)
    model.save_pretrained(folder, max_shard_size="5GB")
    for file in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(fixtures.SAMPLE / "model" / file, folder)


def make_start(folder, name):
    """The adapter that both sides start from, as PEFT makes it: A uniform, B zero. Written without
    the model, which PEFT would want in memory."""
    import math
    import peft
    import safetensors.torch
    import torch
    torch.manual_seed(SEED)
    shape = gpu_shapes.SHAPES[name]
    tensors = {}
    for layer in range(shape["num_hidden_layers"]):
        for module, inputs, outputs in gpu_shapes.linears(shape):
            prefix = f"base_model.model.model.layers.{layer}.{module}"
            bound = 1 / math.sqrt(inputs)
            tensors[f"{prefix}.lora_A.weight"] = torch.empty(
                gpu_shapes.RANK, inputs).uniform_(-bound, bound)
            tensors[f"{prefix}.lora_B.weight"] = torch.zeros(outputs, gpu_shapes.RANK)
    peft.LoraConfig(
        r=gpu_shapes.RANK, lora_alpha=gpu_shapes.ALPHA, lora_dropout=0.0, task_type="CAUSAL_LM",
        target_modules=[module.rpartition(".")[2] for module, _, _ in gpu_shapes.linears(shape)],
    ).save_pretrained(folder)
    safetensors.torch.save_file(tensors, folder / "adapter_model.safetensors")


def made_once(folder_name, make, argument):
    """As fixtures.made_once, for what this file makes."""
    folder = runner.BENCH_CACHE / folder_name
    if not folder.exists():
        print(f"  · making {folder_name} in {runner.BENCH_CACHE}", flush=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = pathlib.Path(tempfile.mkdtemp(prefix=f"{folder_name}.part-", dir=folder.parent))
        subprocess.run([sys.executable, __file__, make.__name__, aside, argument], check=True)
        aside.rename(folder)
    return folder


# --- one shape at one size -----------------------------------------------------------------------

class GpuCase(train.Case):
    """As train.Case with the models, the adapter and the device of this claim."""

    def __init__(self, name, tokens, data, threads):
        self.shape = gpu_shapes.SHAPES[name]
        self.batch, self.length = gpu_shapes.batch_of(tokens)
        self.start = made_once(f"gpu-start-{name}-r{gpu_shapes.RANK}", make_start, name)
        super().__init__(made_once(f"gpu-{name}", make_weights, name), data, self.batch,
                         self.length, threads=threads)

    def job(self, adapter, dtype, dropout):
        job = super().job(adapter, dtype, dropout)
        job["method"].update(rank=gpu_shapes.RANK, alpha=gpu_shapes.ALPHA)
        job["runtime"] = {"device": "cuda"}
        return job

    def engine(self, name):
        def measure():
            with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
                job = pathlib.Path(folder) / "job.json"
                run = pathlib.Path(folder) / "run"
                job.write_text(json.dumps(self.job(self.start, "bfloat16", 0.0)))
                output = runner.run_program(
                    [claim.ENGINE, "train", job, "--out", run, "--json", "--threads",
                     self.threads], threads=self.threads)
                result = self.engine_run(output)
                result.facts["memory_bytes"] = max(
                    line["memory_bytes"] for line in output.lines if line["event"] == "step")
                report = json.loads((run / "report.json").read_text())
                result.facts["computed"] = report.get("computed", "")
                result.facts["recompute"] = report["resolved"].get("recompute", "none")
                return result
        return runner.Contender(name, measure, self.checker("bfloat16"))

    def peer(self, name, **options):
        spec = {"model": str(self.model), "adapter": str(self.start), "tokens": str(self.tokens),
                "threads": self.threads, "batch_size": self.batch_size, "steps": self.count,
                "warmup": train.WARMUP, **train.SHARED_SETTINGS, **options}

        def measure():
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(spec, file)
                file.flush()
                output = runner.run_program(
                    [sys.executable, claim.PEERS / "hf_train_gpu.py", file.name], waits=True,
                    threads=self.threads)
            answer = output.lines[-1]
            if OUT_OF_MEMORY in answer:
                raise runner.Failed(f"{OUT_OF_MEMORY}: {answer[OUT_OF_MEMORY]}")
            first = next(stamp for line, stamp in zip(output.lines, output.stamps)
                         if "first_step" in line)
            return runner.Run(self.rates(answer["seconds"]), answer["losses"],
                              {"start_seconds": first - output.started,
                               "memory_bytes": answer["memory_bytes"],
                               "attention": answer["attention"]}, output.disturbance)
        return runner.Contender(name, measure, self.checker("bfloat16"))

    def contenders(self):
        yield self.engine("lora-engine")
        yield self.peer("PEFT eager", compile=False, liger=False)
        yield self.peer("PEFT compiled", compile=True, liger=False)
        if importlib.util.find_spec("liger_kernel"):
            yield self.peer("PEFT Liger", compile=False, liger=True)


def show_utilisation(case, results):
    """MFU per contender, kept with the results."""
    for result in results:
        if not result["rate"]:
            continue
        # Dense samples: all tokens but each sample's first are trained.
        tokens = result["rate"] * sum(case.all) / sum(case.trained)
        result["mfu"] = gpu_shapes.utilisation(case.shape, case.length, tokens)
        shares = ", ".join(f"MFU({peak}) {share:.1%}" for peak, share in result["mfu"].items())
        facts = ", ".join(str(result["facts"][key]) for key in ("recompute", "computed", "attention")
                          if result["facts"].get(key))
        print(f"  {result['name']}: {shares}" + (f"; {facts}" if facts else ""))


def excuse_lack_of_memory(results):
    """A contender that does not fit has no time, and is no failure of the benchmark."""
    for result in results[1:]:
        if result["problem"] and result["problem"].startswith(OUT_OF_MEMORY):
            result["out_of_memory"], result["problem"] = result["problem"], None


def main():
    # Weights are read by all cores on either side, as by whoever starts a run.
    bench = claim.Claim("gpu", __doc__, threads=os.cpu_count())
    reason = why_no_gpu()
    if reason:
        bench.skip("gpu", reason)
        bench.finish()
    if not importlib.util.find_spec("liger_kernel"):
        bench.skip("Liger", f"liger-kernel is not in {sys.prefix}; pip install it there")
    data = fixtures.data_file("gpu-dense", [{"text": fixtures.take(fixtures.words(), WORDS)}])
    for name, tokens in gpu_shapes.cases():
        title = f"{name} {tokens} tokens"
        if not bench.wants(title):
            continue
        wanted = gpu_shapes.stored_bytes(gpu_shapes.SHAPES[name]) * DISK_FACTOR
        folder = runner.BENCH_CACHE / f"gpu-{name}"
        runner.BENCH_CACHE.mkdir(parents=True, exist_ok=True)
        if not folder.exists() and shutil.disk_usage(runner.BENCH_CACHE).free < wanted:
            bench.skip(title, f"its weights want {wanted / 1e9:.0f} GB in {runner.BENCH_CACHE}")
            continue
        case = GpuCase(name, tokens, data, bench.options.threads)
        before = graphics_card()
        results = bench.run(title, "tokens/s", lambda case=case: list(case.contenders()),
                            f"{case.batch} × {case.length} tokens, rank {gpu_shapes.RANK}")
        show_utilisation(case, results)
        excuse_lack_of_memory(results)
        bench.cases[-1]["graphics_card"] = [before, graphics_card()]
        print(f"  before: {before}\n  after:  {bench.cases[-1]['graphics_card'][1]}", flush=True)
    bench.finish()


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in ("make_weights", "make_start"):
        {"make_weights": make_weights, "make_start": make_start}[sys.argv[1]](
            pathlib.Path(sys.argv[2]), sys.argv[3])
    else:
        main()
