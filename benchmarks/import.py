# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Reading training data: parsed, every row checked and hashed, in megabytes of the file a second of
the whole process, against Python's json module reading the same rows."""
import sys

import claim
import fixtures
import runner

ROWS = 150_000
PYTHON_JSON = """
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
good = sum(isinstance(row["prompt"], str) and isinstance(row["completion"], str) for row in rows)
print(json.dumps({"rows": len(rows), "good": good}))
"""


def main():
    bench = claim.Claim("import", __doc__, rounds=6)
    name = f"JSON lines, {ROWS} rows"
    if bench.wants(name):
        source = fixtures.words()
        data = fixtures.data_file("import", [
            {"prompt": fixtures.take(source, 20), "completion": fixtures.take(source, 40)}
            for _ in range(ROWS)])
        size = data.stat().st_size

        def timed(label, command, check=None):
            def measure():
                output = runner.run_program(command, threads=bench.options.threads)
                seconds = output.ended - output.started
                counts = [output.lines[-1][key] for key in ("rows", "good")]
                return runner.Run([1e-6 * size / seconds], counts,
                                  {"start_seconds": seconds, "memory_bytes": output.memory_bytes},
                                  output.disturbance)
            return runner.Contender(label, measure, check)

        def same_counts(run, reference):
            if run.results != reference.results:
                raise runner.Disagreement(f"rows read: {reference.results}, {run.results}")
        bench.run(name, "MB/s", lambda: [
            timed("lora-engine inspect data", [claim.ENGINE, "inspect", "data", data, "--json"]),
            timed("python json", [sys.executable, "-c", PYTHON_JSON, data], same_counts)],
            f"{size / 1e6:.0f} MB")
    bench.finish()


if __name__ == "__main__":
    main()
