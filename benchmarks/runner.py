# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Runs contenders so that their numbers can be believed.

Every run is a fresh process. Contenders take turns in ABBA order; a run during which others took
more than a few percent of the processors is thrown away and repeated; results are checked against
the first contender's before any rate counts. What counts is the median, with its quartiles.
"""
import dataclasses
import fcntl
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "lora-studio"
BENCH_CACHE = CACHE / "bench"
# One measurement at a time on this machine, whoever takes it.
LOCK = pathlib.Path(os.environ.get("LORA_BENCH_LOCK", BENCH_CACHE / "lock"))
TICKS = os.sysconf("SC_CLK_TCK")
CONTENTION = 0.05  # of all processors' time, taken by others or stolen by the host
ATTEMPTS = 5


class Disagreement(Exception):
    """A contender computed something else: its time says nothing."""


class Failed(Exception):
    """A contender's program ended with an error."""


@dataclasses.dataclass
class Run:
    """What one process did: a rate per timed step, results to compare, facts to show."""
    rates: list
    results: object = None
    facts: dict = dataclasses.field(default_factory=dict)
    disturbance: float = 0.0


@dataclasses.dataclass
class Contender:
    """`measure()` runs one fresh process and returns its Run; `check(run, reference)` raises
    Disagreement where the results differ from the first contender's. `profile`: see claim.py."""
    name: str
    measure: object
    check: object = None
    profile: object = None


# --- the machine's time --------------------------------------------------------------------------

def machine_ticks(text=None):
    """(busy, stolen) ticks of all processors since the start, from /proc/stat."""
    first = (pathlib.Path("/proc/stat").read_text() if text is None else text).splitlines()[0]
    user, nice, system, _, _, irq, soft, steal = map(int, first.split()[1:9])
    return user + nice + system + irq + soft, steal


def process_ticks(pid):
    """Ticks of a process and of its children that have ended, from /proc/PID/stat."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


def disturbance(before, after, own_seconds, wall_seconds, processors):
    """The share of the processors' time that others took, ours not counted. Both ends are
    (busy, stolen) of machine_ticks()."""
    busy = (after[0] - before[0]) / TICKS
    stolen = (after[1] - before[1]) / TICKS
    return (max(0.0, busy - own_seconds) + stolen) / (wall_seconds * processors)


def is_contended(share):
    return share > CONTENTION


class Exclusive:
    """Holds the lock of measurements."""

    def __enter__(self):
        LOCK.parent.mkdir(parents=True, exist_ok=True)
        self.file = open(LOCK, "a", encoding="utf-8")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        self.file.close()


def put_first(pid):
    """Gives a process and its threads the processors before others, where we may (root)."""
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), -20)
    except OSError:  # not allowed, or ended already
        pass


# --- one process ---------------------------------------------------------------------------------

@dataclasses.dataclass
class Output:
    """A program's JSON lines with the moment each arrived, and what the process cost."""
    lines: list
    stamps: list
    started: float
    ended: float
    memory_bytes: int
    disturbance: float


def run_program(command, waits=False, environment=None, threads=2):
    """Runs a program that writes JSON lines. One that `waits` says {"ready": true} when it is
    prepared and goes on after a line on stdin: only what follows is the measured part."""
    values = {**os.environ, "OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1",
              "TOKENIZERS_PARALLELISM": "false", "PYTHONDONTWRITEBYTECODE": "1",
              "TORCHINDUCTOR_CACHE_DIR": str(BENCH_CACHE / "inductor"), **(environment or {})}
    lines, stamps = [], []
    with tempfile.TemporaryFile("w+") as errors:
        def start():
            return time.monotonic(), subprocess.Popen(
                list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True, env=values)

        def read(until):
            for line in process.stdout:
                stamps.append(time.monotonic())
                lines.append(json.loads(line))
                if until in lines[-1]:
                    return

        if waits:
            started, process = start()
            read("ready")
        with Exclusive():
            if not waits:
                started, process = start()
            put_first(process.pid)
            ours, before, opened = os.times(), machine_ticks(), time.monotonic()
            try:
                earlier = process_ticks(process.pid) / TICKS
            except OSError:  # ended already: wait4 below says how
                earlier = 0.0
            try:
                process.stdin.write("\n")
                process.stdin.close()
            except BrokenPipeError:
                pass
            read("\0")
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
            ended, after, mine = time.monotonic(), machine_ticks(), os.times()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise Failed(f"{' '.join(map(str, command))[:300]}: exit {process.returncode}\n"
                         f"{errors.read()[-2000:]}")
    own = usage.ru_utime + usage.ru_stime - earlier + sum(mine[:2]) - sum(ours[:2])
    share = disturbance(before, after, own, ended - opened, os.cpu_count())
    return Output(lines, stamps, started, ended, usage.ru_maxrss * 1024, share)


# --- rounds --------------------------------------------------------------------------------------

def abba(count, rounds):
    """Indices of contenders, round by round: forwards, then backwards, so that a slow drift of
    the machine meets all alike."""
    return [list(range(count)) if i % 2 == 0 else list(reversed(range(count)))
            for i in range(rounds)]


def quartiles(values):
    if len(values) < 2:
        return (values[0], values[0], values[0])
    return tuple(statistics.quantiles(values, n=4, method="inclusive"))


def quiet_run(contender, say):
    """A run that nobody disturbed, or None, and how many were thrown away."""
    for attempt in range(ATTEMPTS):
        run = contender.measure()
        if not is_contended(run.disturbance):
            return run, attempt
        say(f"{contender.name}: others took {run.disturbance:.0%} of the processors, again")
    return None, ATTEMPTS


def compare(contenders, rounds, say=lambda text: None):
    """Runs all contenders in ABBA rounds. Returns a dictionary per contender: the median rate and
    quartiles over all quiet steps, and `ratio`, the first contender's rate over this one's (median
    over rounds in which both were quiet; None where there was none)."""
    runs = [[None] * rounds for _ in contenders]
    rejected = [0] * len(contenders)
    problems = [None] * len(contenders)
    reference = None
    for number, order in enumerate(abba(len(contenders), rounds)):
        if number == 1 and reference is None:
            break
        for index in order:
            contender = contenders[index]
            if problems[index]:
                continue
            say(f"round {number + 1} of {rounds}: {contender.name}")
            try:
                run, thrown = quiet_run(contender, say)
                rejected[index] += thrown
                if run is None:
                    continue
                if reference is None and index == 0:
                    reference = run
                if contender.check and reference:
                    contender.check(run, reference)
                runs[index][number] = run
            except (Disagreement, Failed) as problem:
                problems[index] = str(problem)
                say(f"{contender.name}: {problem}")
                if index == 0:
                    break
    return [summary(contender.name, runs[0], runs[index], rejected[index], problems[index])
            for index, contender in enumerate(contenders)]


def summary(name, first_runs, runs, rejected, problem):
    quiet = [run for run in runs if run is not None]
    result = {"name": name, "quiet_runs": len(quiet), "rejected_runs": rejected,
              "problem": problem, "steps": 0, "rate": None, "ratio": None}
    if problem or not quiet:
        return result
    low, middle, high = quartiles([rate for run in quiet for rate in run.rates])
    result.update(steps=sum(len(run.rates) for run in quiet), rate=middle, quartiles=[low, high],
                  facts=joined_facts(quiet))
    ratios = [statistics.median(first.rates) / statistics.median(run.rates)
              for first, run in zip(first_runs, runs) if first is not None and run is not None]
    if ratios:
        result.update(ratio=statistics.median(ratios), ratio_range=[min(ratios), max(ratios)])
    return result


def joined_facts(runs):
    """Numbers by their median, everything else as the last run has it."""
    facts = dict(runs[-1].facts)
    for key, value in facts.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            facts[key] = statistics.median(run.facts[key] for run in runs)
    return facts
