# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What the machine is, and what it can do in this minute. As a program: prints the rates."""
import json
import os
import pathlib
import platform
import re
import statistics
import sys
import time
from importlib import metadata

import runner

GEMM = 1024  # rows and columns
READ_BYTES = 1 << 30  # more than the caches of one socket hold


def describe():
    """Processor, cores, memory, and the versions of the libraries that were raced."""
    text = pathlib.Path("/proc/cpuinfo").read_text()
    field = dict(re.findall(r"^(model name|vendor_id|flags|model|stepping)\s*: (.*)$", text, re.M))
    features = [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
                if name in field.get("flags", "").split()]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    about = {"processor": field.get("model name", platform.machine()),
             "model": f"{field.get('model', '?')} stepping {field.get('stepping', '?')}",
             "features": " ".join(features), "cores": os.cpu_count(),
             "memory": f"{memory / 2**30:.0f} GiB", "kernel": platform.release()}
    for name in ("torch", "transformers", "peft"):
        try:
            about[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return about


def rates(threads):
    """GFLOP/s of a square product and GB/s read by a sum, medians, now."""
    output = runner.run_program([sys.executable, __file__, threads], waits=True, threads=threads)
    return output.lines[-1]


def measure(threads):
    import torch
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    work = {}
    for name, dtype in (("GFLOP/s bf16", torch.bfloat16), ("GFLOP/s fp32", torch.float32)):
        left, right = (torch.randn(GEMM, GEMM).to(dtype) for _ in range(2))
        out = torch.empty(GEMM, GEMM, dtype=dtype)
        work[name] = (2e-9 * GEMM**3, lambda x=left, y=right, out=out: torch.mm(x, y, out=out))
    numbers = torch.randint(1 << 30, (READ_BYTES // 8,))
    work["GB/s read"] = (1e-9 * READ_BYTES, lambda: numbers.sum())
    for _, call in work.values():
        call()
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.readline()
    result = {}
    for name, (amount, call) in work.items():
        seconds = []
        for _ in range(15):
            start = time.perf_counter()
            call()
            seconds.append(time.perf_counter() - start)
        result[name] = amount / statistics.median(seconds)
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    measure(int(sys.argv[1]))
