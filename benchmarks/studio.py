# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""The studio: from the process's start to its first window drawn, frames of a loss chart whose
100 000 points are all new, and the Data page over a million rows: opened and scrolled to 200 random
places, with the longest time that the GUI thread was away from its event loop (its processor time in
brackets). Drawn into memory; there is no peer, so no claim but the numbers."""
import json
import os
import sys
import tempfile

import claim
import fixtures
import runner

PROGRAMS = claim.ENGINE.parents[1] / "benchmarks"
MILLION = 1_000_000


def write_rows(path):
    """A million different rows, 190 bytes each."""
    source = fixtures.words()
    texts = [fixtures.take(source, 12) for _ in range(1000)]
    with open(path, "w", encoding="utf-8") as file:
        for row in range(MILLION):
            file.write(json.dumps({"prompt": f"{row}: {texts[row % 997]}",
                                   "completion": texts[row % 1000]}) + "\n")
    return path


def show(result):
    facts = result["facts"]
    print(f"  a frame {1e3 / result['rate']:.1f} ms")
    for phase, words in (("open", "until the rows are there"), ("scroll", "at 200 places")):
        print(f"  {words}: {facts[phase + '_seconds']:.1f} s, away from the event loop at most "
              f"{facts[phase + '_longest_turn_ms']:.0f} ms "
              f"({facts[phase + '_busiest_turn_ms']:.1f} ms)")


def main():
    bench = claim.Claim("studio", __doc__, rounds=8)
    for program in ("studio_window", "studio_rows"):
        if not os.access(PROGRAMS / program, os.X_OK):
            sys.exit(f"error: {PROGRAMS / program} is not built: ninja benchmarks")

    def timed(program, rates, *arguments):
        def measure():
            with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
                output = runner.run_program(
                    [PROGRAMS / program, folder, *arguments],
                    environment={"QT_QPA_PLATFORM": "offscreen",
                                 "LORA_STUDIO_ENGINE": str(claim.ENGINE)})
            turns = {f"{line['phase']}_{key}": line[key] for line in output.lines if "phase" in line
                     for key in ("seconds", "longest_turn_ms", "busiest_turn_ms")}
            return runner.Run(rates(output), None, {"memory_bytes": output.memory_bytes, **turns},
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
        for result in bench.run(name, unit, lambda rates=rates: [timed("studio_window", rates)]) or []:
            if result["rate"]:
                print(f"  {1e3 / result['rate']:.1f} ms")
    name = "a million rows"
    if bench.wants(name):
        with tempfile.TemporaryDirectory(prefix="lora-bench-") as folder:
            data = write_rows(os.path.join(folder, "million.jsonl"))
            for result in bench.run(name, "frames/s",
                                    lambda: [timed("studio_rows", frames, data)]) or []:
                if result["rate"]:
                    show(result)
    bench.finish()


if __name__ == "__main__":
    main()
