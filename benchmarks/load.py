# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Opening a model of 1.2 GB: a whole process that computes one token, in bytes of weights a second,
against `dd` reading the file and against transformers; files in the page cache, and not."""
import json
import os
import sys
import tempfile

import claim
import fixtures
import runner

IDS = [5, 6, 7]


def weights(folder):
    return sorted(folder.glob("*.safetensors"))


def forget(files):
    """Drops the files' pages from the page cache; what was written must be on the disk first."""
    for file in files:
        with open(file, "rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class Opening:
    def __init__(self, model, is_cold, threads):
        self.model, self.is_cold, self.threads = model, is_cold, threads
        self.files = weights(model)
        self.bytes = sum(file.stat().st_size for file in self.files)

    def timed(self, name, command, result=lambda output: None, check=None):
        def measure():
            if self.is_cold:
                forget(self.files)
            output = runner.run_program(command, threads=self.threads)
            seconds = output.ended - output.started
            return runner.Run([1e-9 * self.bytes / seconds], result(output),
                              {"start_seconds": seconds, "memory_bytes": output.memory_bytes},
                              output.disturbance)
        return runner.Contender(name, measure, check)

    def contenders(self, spec):
        def same_token(run, reference):
            if abs(run.results - reference.results) > 2e-2:
                raise runner.Disagreement(f"negative log-likelihoods differ: {reference.results:.5f}, "
                                          f"{run.results:.5f}")
        yield self.timed("lora-engine", [
            claim.ENGINE, "score", "--model", self.model, "--ids", ",".join(map(str, IDS)), "--json",
            "--dtype", "bfloat16", "--threads", self.threads], lambda o: o.lines[-1]["mean_nll"])
        for file in self.files[:1]:
            yield self.timed("dd", ["dd", f"if={file}", "of=/dev/null", "bs=4M", "status=none"])
        yield self.timed("transformers", [sys.executable, claim.PEERS / "hf_load.py", spec],
                         lambda o: o.lines[-1]["mean_nll"], same_token)


def main():
    bench = claim.Claim("load", __doc__, rounds=6)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as spec:
        for state in ("cached", "cold"):
            name = f"600M bfloat16 {state}"
            if bench.wants(name):
                model = fixtures.random_model("600M")
                spec.seek(0)
                json.dump({"model": str(model), "ids": IDS, "threads": bench.options.threads}, spec)
                spec.flush()
                opening = Opening(model, state == "cold", bench.options.threads)
                bench.run(name, "GB/s", lambda o=opening: list(o.contenders(spec.name)),
                          f"{opening.bytes / 1e9:.2f} GB of weights")
    bench.finish()


if __name__ == "__main__":
    main()
