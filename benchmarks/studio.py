# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""The studio: from the process's start to its first window drawn, and frames of a loss chart whose
100 000 points are all new. Drawn into memory; there is no peer, so no claim but the numbers."""
import os
import sys
import tempfile

import claim
import runner

PROGRAM = claim.ENGINE.parents[1] / "benchmarks" / "studio_window"


def main():
    bench = claim.Claim("studio", __doc__, rounds=8)
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"error: {PROGRAM} is not built: ninja benchmarks")

    def timed(rates):
        def measure():
            with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
                output = runner.run_program([PROGRAM, folder],
                                            environment={"QT_QPA_PLATFORM": "offscreen"})
            return runner.Run(rates(output), None, {"memory_bytes": output.memory_bytes},
                              output.disturbance)
        return runner.Contender("lora-studio", measure)

    def windows(output):
        drawn = next(s for line, s in zip(output.lines, output.stamps) if "window" in line)
        return [1 / (drawn - output.started)]

    def frames(output):
        seconds = [line["frame_seconds"] for line in output.lines if "frame_seconds" in line]
        return [1 / s for s in seconds[1:]]
    for name, unit, rates in (("first window", "windows/s", windows),
                              ("chart of 100 000 points", "frames/s", frames)):
        for result in bench.run(name, unit, lambda rates=rates: [timed(rates)]) or []:
            if result["rate"]:
                print(f"  {1e3 / result['rate']:.1f} ms")
    bench.finish()


if __name__ == "__main__":
    main()
