# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Exchanging the adapter of a loaded 50 M model (rank 8, all linear layers) for another one that has
been read, against PEFT's set_adapter."""
import json
import os
import sys
import tempfile

import claim
import fixtures
import runner

PROGRAM = claim.ENGINE.parents[1] / "benchmarks" / "adapter_switch"


def main():
    bench = claim.Claim("swap", __doc__, rounds=4)
    name = "50M all-linear r=8 float32"
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"error: {PROGRAM} is not built: ninja benchmarks")
    if bench.wants(name):
        threads = bench.options.threads
        model = fixtures.random_model("50M")
        adapters = [fixtures.adapter(model, seed=seed, random_b=True) for seed in (1, 2)]

        def timed(label, command):
            def measure():
                output = runner.run_program(command, waits=True, threads=threads)
                seconds = output.lines[-1]["seconds"]
                return runner.Run([1 / s for s in seconds], None,
                                  {"memory_bytes": output.memory_bytes}, output.disturbance)
            return runner.Contender(label, measure)
        with tempfile.NamedTemporaryFile("w", suffix=".json") as spec:
            json.dump({"model": str(model), "adapters": list(map(str, adapters)),
                       "threads": threads}, spec)
            spec.flush()
            results = bench.run(name, "switches/s", lambda: [
                timed("engine", [PROGRAM, model, *adapters]),
                timed("PEFT", [sys.executable, claim.PEERS / "hf_switch.py", spec.name])])
        for result in results:
            if result["rate"]:
                print(f"  {result['name']}: {1e6 / result['rate']:.1f} µs a switch")
    bench.finish()


if __name__ == "__main__":
    main()
