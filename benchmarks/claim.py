# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What all claims share: their options, the table in the terminal, the JSON file."""
import argparse
import json
import os
import pathlib
import sys

import machine
import runner

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHARED = pathlib.Path(os.environ.get("LORA_SHARED", ROOT.parent / "shared"))
ENGINE = pathlib.Path(os.environ.get("LORA_ENGINE", ROOT / "build/release/bin/lora-engine"))
PEERS = pathlib.Path(__file__).resolve().parent / "peers"


class Claim:
    """One claim: named cases, each a list of contenders with ours first. `more(parser)` adds options
    of its own."""

    def __init__(self, name, text, rounds=2, profiles=False, more=None, threads=2):
        parser = argparse.ArgumentParser(prog=f"./studio bench {name}", description=text)
        parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results")
        parser.add_argument("--rounds", type=int, default=rounds,
                            help=f"fresh processes per contender ({rounds})")
        parser.add_argument("--only", default="", metavar="WORDS",
                            help="only cases whose name has all these words")
        parser.add_argument("--without", default="", metavar="WORDS",
                            help="no contender whose name has one of these words")
        parser.add_argument("--threads", type=int, default=min(threads, os.cpu_count()),
                            help="of the engine, and of each peer (%(default)s here)")
        if profiles:
            parser.add_argument("--profile", action="store_true",
                                help="race nobody: say where the engine's time goes")
        if more:
            more(parser)
        self.options = parser.parse_args()
        self.profiles = profiles and self.options.profile
        self.name = name
        self.cases = []
        self.skipped = []
        if not os.access(ENGINE, os.X_OK):
            sys.exit(f"error: there is no engine at {ENGINE}; LORA_ENGINE may name another")

    def wants(self, case):
        return all(word in case for word in self.options.only.split())

    def skip(self, case, reason):
        print(f"SKIP   : {case}: {reason}", flush=True)
        self.skipped.append({"name": case, "reason": reason})

    def run(self, case, unit, make_contenders, note="", share=None):
        """Measures a case; `make_contenders()` is called only when it is wanted. `share` is
        (rate of the machine, how much of it a unit takes): ours is stated as a part of it."""
        if not self.wants(case):
            return None
        print(f"\n{case}" + (f"  ({note})" if note else ""), flush=True)
        unwanted = self.options.without.split()
        contenders = [c for i, c in enumerate(make_contenders())
                      if i == 0 or not any(word in c.name for word in unwanted)]
        rates = machine.rates(self.options.threads)
        if self.profiles:
            return self.profile(case, contenders[0], rates)
        results = runner.compare(contenders, self.options.rounds,
                                 say=lambda text: print(f"  · {text}", flush=True))
        if share and results[0]["rate"]:
            results[0]["share"] = {"of": share[0],
                                   "part": results[0]["rate"] * share[1] / rates[share[0]]}
        self.cases.append({"name": case, "note": note, "unit": unit, "machine_rates": rates,
                           "contenders": results})
        show(unit, results, rates)
        return results

    def profile(self, case, contender, rates):
        """The first quiet run, else the quietest, of a contender whose `profile(rates)` gives the
        rows of stages.rows_of() and the disturbance. Shares are no claim: they are shown anyhow."""
        runs = []
        while len(runs) < runner.ATTEMPTS and not (runs and not runner.is_contended(runs[-1][1])):
            runs.append(contender.profile(rates))
        rows, disturbance = min(runs, key=lambda run: run[1])
        show_parts(rows, rates)
        print(f"  meanwhile others took {disturbance:.1%} of the processors")
        self.cases.append({"name": case, "machine_rates": rates, "contenders": [], "profile": rows,
                           "disturbance": disturbance})

    def finish(self):
        about = machine.describe()
        print("\n" + ", ".join(f"{key} {value}" for key, value in about.items()))
        if self.options.json:
            self.options.json.write_text(json.dumps(
                {"claim": self.name, "machine": about, "cases": self.cases,
                 "skipped": self.skipped}, indent=1) + "\n")
        sys.exit(1 if any(is_without_result(case["contenders"]) for case in self.cases) else 0)


def is_without_result(results):
    """Ours computed something else, or nobody is left to compare it with. One peer of several whose
    rounding goes astray gets no time and spoils nothing."""
    if not results:
        return False
    peers = results[1:]
    return bool(results[0]["problem"]) or (bool(peers) and all(peer["problem"] for peer in peers))


def show(unit, results, rates):
    """The table of one case."""
    rows = [("", unit, "quartiles", "ours is", "rounds", "steps", "quiet", "start s", "MB")]
    for result in results:
        if result["rate"] is None:
            rows.append((result["name"], "–", result["problem"] or "no quiet run", *[""] * 6))
            continue
        low, high = result["quartiles"]
        ratio, spread = result["ratio"], result.get("ratio_range")
        facts = result["facts"]
        rows.append((
            result["name"], number(result["rate"]), f"{number(low)}–{number(high)}",
            "" if ratio is None or result is results[0] else f"{ratio:.2f}×",
            "" if ratio is None or result is results[0] else f"{spread[0]:.2f}–{spread[1]:.2f}",
            str(result["steps"]),
            f"{result['quiet_runs']}/{result['quiet_runs'] + result['rejected_runs']}",
            f"{facts['start_seconds']:.2f}" if "start_seconds" in facts else "",
            f"{facts['memory_bytes'] / 1e6:.0f}" if "memory_bytes" in facts else ""))
    widths = [max(len(row[i]) for row in rows if row[1] != "–" or i < 2) for i in range(9)]
    for row in rows:
        print("  " + "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
    for result in results:
        if "share" in result:
            print(f"  {result['name']}: {result['share']['part']:.0%} of {result['share']['of']}")
        for key in ("loss_difference", "same_answers"):
            if result is not results[0] and key in result.get("facts", {}):
                value = result["facts"][key]
                shown = value if isinstance(value, str) else f"{value:.1e}"
                print(f"  {result['name']}: {key.replace('_', ' ')} {shown}")
    show_rates(rates)


def show_parts(rows, rates):
    """The table of a profile."""
    print(f"  {'':26}{'ms':>9}{'share':>8}{'amount':>14}{'a second':>10}  of the machine's")
    for row in rows:
        line = f"  {row['part']:26}{row['milliseconds']:>9.3f}{row['share']:>8.1%}"
        if "rate" in row:
            line += (f"{row['amount']:>8.3g} {row['unit']:5}{row['rate']:>10.3g}"
                     f"{row['of_machine']:>8.0%}")
        print(line)
    print(f"  {'together':26}{sum(row['milliseconds'] for row in rows):>9.3f}")
    show_rates(rates)


def show_rates(rates):
    print("  this minute: " + ", ".join(f"{key} {number(value)}" for key, value in rates.items()))


def number(value):
    """Three digits that count."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
