# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Merging an adapter into a model of 1.2 GB and writing it, in bytes of weights a second of the whole
process, against `dd` copying the file to the disk and against PEFT's merge_and_unload."""
import json
import pathlib
import shutil
import sys
import tempfile

import claim
import fixtures
import load
import runner


class Merging:
    def __init__(self, model, adapter, threads):
        self.model, self.adapter, self.threads = model, adapter, threads
        self.files = load.weights(model)
        self.bytes = sum(file.stat().st_size for file in self.files)

    def timed(self, name, command, check=None):
        """`command(folder)` writes the merged weights below a fresh folder on the cache's disk."""
        def measure():
            folder = pathlib.Path(tempfile.mkdtemp(prefix="merge-", dir=runner.BENCH_CACHE))
            try:
                output = runner.run_program(command(folder), threads=self.threads)
                written = sum(file.stat().st_size for file in folder.rglob("*.safetensors"))
            finally:
                shutil.rmtree(folder)
            seconds = output.ended - output.started
            return runner.Run([1e-9 * self.bytes / seconds], written,
                              {"start_seconds": seconds, "memory_bytes": output.memory_bytes},
                              output.disturbance)
        return runner.Contender(name, measure, check)

    def engine(self, name, *options):
        return self.timed(name, lambda folder: [
            claim.ENGINE, "export", "--model", self.model, "--adapter", self.adapter, "--format",
            "merged", "--out", folder / "merged", "--json", "--threads", self.threads, *options],
            self.check)

    def check(self, run, _):
        if abs(run.results - self.bytes) > 1e-3 * self.bytes:
            raise runner.Disagreement(f"wrote {run.results} bytes of weights, not {self.bytes}")

    def contenders(self, spec_folder):
        yield self.engine("lora-engine --no-verify", "--no-verify")
        yield self.engine("lora-engine, verified")
        yield self.timed("dd", lambda folder: [
            "dd", f"if={self.files[0]}", f"of={folder / 'copy.safetensors'}", "bs=4M", "conv=fsync",
            "status=none"], self.check)

        def peft(folder):
            spec = spec_folder / "spec.json"
            spec.write_text(json.dumps({
                "model": str(self.model), "adapter": str(self.adapter), "out": str(folder / "merged"),
                "threads": self.threads}))
            return [sys.executable, claim.PEERS / "hf_merge.py", spec]
        yield self.timed("PEFT", peft, self.check)


def main():
    bench = claim.Claim("export", __doc__, rounds=6)
    name = "merge 600M bfloat16"
    if bench.wants(name):
        model = fixtures.random_model("600M")
        merging = Merging(model, fixtures.adapter(model, random_b=True), bench.options.threads)
        with tempfile.TemporaryDirectory() as folder:
            bench.run(name, "GB/s", lambda: list(merging.contenders(pathlib.Path(folder))),
                      f"{merging.bytes / 1e9:.2f} GB read, merged and written to the disk")
    bench.finish()


if __name__ == "__main__":
    main()
