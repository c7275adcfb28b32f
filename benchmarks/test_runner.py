# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""The runner's own logic: order, statistics, who is thrown away, what is never timed."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
os.environ["LORA_BENCH_LOCK"] = str(pathlib.Path(tempfile.mkdtemp()) / "lock")
import claim  # noqa: E402
import fixtures  # noqa: E402
import gpu_shapes  # noqa: E402
import runner  # noqa: E402
import stages  # noqa: E402


def scripted(name, runs, check=None):
    """A contender whose runs are given."""
    left = iter(runs)
    return runner.Contender(name, lambda: next(left), check)


def steady(rate, disturbance=0.0, results=None):
    return runner.Run([rate] * 3, results, {"memory_bytes": 7}, disturbance)


class Statistics(unittest.TestCase):
    def test_rounds_go_forwards_and_backwards(self):
        self.assertEqual(runner.abba(3, 3), [[0, 1, 2], [2, 1, 0], [0, 1, 2]])

    def test_contenders_take_turns(self):
        order = []

        def contender(name):
            return runner.Contender(name, lambda: order.append(name) or steady(1))
        runner.compare([contender("a"), contender("b")], 4)
        self.assertEqual("".join(order), "abbaabba")

    def test_quartiles(self):
        self.assertEqual(runner.quartiles([4, 1, 3, 2, 5]), (2, 3, 4))
        self.assertEqual(runner.quartiles([9]), (9, 9, 9))

    def test_the_ratio_is_of_each_round_and_the_rate_of_all_steps(self):
        ours, theirs = runner.compare([scripted("ours", [steady(30), steady(60), steady(10)]),
                                       scripted("theirs", [steady(10), steady(30), steady(1)])], 3)
        self.assertEqual(ours["rate"], 30)
        self.assertEqual(theirs["ratio"], 3)
        self.assertEqual(theirs["ratio_range"], [2, 10])
        self.assertEqual(theirs["steps"], 9)
        self.assertEqual(theirs["facts"], {"memory_bytes": 7})


class Contention(unittest.TestCase):
    def test_what_others_took(self):
        second = runner.TICKS
        before, after = (1000, 50), (1000 + 5 * second, 50 + second)
        self.assertAlmostEqual(runner.disturbance(before, after, 4.0, 4.0, 2), (1 + 1) / 8)
        self.assertEqual(runner.disturbance(before, (1000, 50), 4.0, 4.0, 2), 0)

    def test_idle_time_is_nobodys(self):
        self.assertEqual(runner.machine_ticks("cpu  1 2 3 1000 1000 4 5 6 7 8\ncpu0"), (15, 6))

    def test_a_contended_run_is_repeated(self):
        ours, = runner.compare([scripted("ours", [steady(1, 0.5), steady(2), steady(2)])], 2)
        self.assertEqual((ours["rate"], ours["quiet_runs"], ours["rejected_runs"]), (2, 2, 1))

    def test_after_too_many_there_is_no_number(self):
        noisy = [steady(1, 0.5)] * runner.ATTEMPTS
        ours, theirs = runner.compare(
            [scripted("ours", [steady(5), steady(5)]), scripted("theirs", noisy + noisy)], 2)
        self.assertEqual(ours["rate"], 5)
        self.assertEqual((theirs["rate"], theirs["ratio"]), (None, None))

    def test_a_busy_neighbour_is_seen(self):
        neighbours = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                      for _ in range(os.cpu_count())]
        try:
            output = runner.run_program([sys.executable, "-c", "import time; time.sleep(1)"])
        finally:
            for neighbour in neighbours:
                neighbour.kill()
                neighbour.wait()
        self.assertTrue(runner.is_contended(output.disturbance), output.disturbance)

    def test_a_programs_own_work_is_not_a_neighbours(self):
        # On a machine of its own this is 0; neighbours can only add to it.
        before, text = runner.machine_ticks(), "sum(range(20_000_000))"
        output = runner.run_program([sys.executable, "-c", text])
        busy = (runner.machine_ticks()[0] - before[0]) / runner.TICKS
        wall = output.ended - output.started
        self.assertLess(output.disturbance, busy / (wall * os.cpu_count()) - 0.1 / os.cpu_count())


class GpuMatrix(unittest.TestCase):
    """Against the numbers of the performance reference, section 1."""

    def test_weights(self):
        billions = {"Llama-3.1-8B": 7.50, "Qwen2.5-7B": 7.07, "Llama-3.2-3B": 3.21,
                    "Llama-3.2-1B": 1.236, "Qwen2.5-0.5B": 0.494}
        for name, expected in billions.items():
            self.assertAlmostEqual(gpu_shapes.matmul_weights(gpu_shapes.SHAPES[name]) / 1e9,
                                   expected, delta=0.006, msg=name)
        self.assertEqual(gpu_shapes.lora_weights(gpu_shapes.SHAPES["Llama-3.1-8B"]), 41943040)

    def test_flops_per_token(self):
        giga = {("Llama-3.1-8B", 4096): 33.5, ("Qwen2.5-7B", 4096): 31.0,
                ("Llama-3.2-3B", 4096): 15.1, ("Llama-3.2-1B", 2048): 5.41,
                ("Qwen2.5-0.5B", 2048): 2.29}
        for (name, length), expected in giga.items():
            flops = gpu_shapes.training_flops(gpu_shapes.SHAPES[name], length)
            self.assertAlmostEqual(flops / 1e9, expected, delta=expected * 0.006, msg=name)

    def test_utilisation(self):
        share = gpu_shapes.utilisation(gpu_shapes.SHAPES["Llama-3.1-8B"], 4096, 17400)
        self.assertAlmostEqual(share["790"], 0.74, delta=0.005)
        self.assertAlmostEqual(share["989"], 0.59, delta=0.005)

    def test_batches_hold_their_tokens(self):
        for tokens in gpu_shapes.TOKENS:
            batch, length = gpu_shapes.batch_of(tokens)
            self.assertEqual(batch * length, tokens)
            self.assertLessEqual(length, gpu_shapes.LONGEST)
        self.assertLessEqual(gpu_shapes.LONGEST, gpu_shapes.COMMON["max_position_embeddings"])

    def test_the_largest_models_are_not_measured_at_512(self):
        cases = gpu_shapes.cases()
        self.assertEqual(len(cases), 3 * 4 + 2 * 3)
        self.assertNotIn(("Llama-3.1-8B", 512), cases)
        self.assertIn(("Llama-3.2-3B", 512), cases)

    def test_bytes(self):
        self.assertAlmostEqual(gpu_shapes.stored_bytes(gpu_shapes.SHAPES["Llama-3.1-8B"]) / 1e9,
                               16.06, delta=0.01)


class Agreement(unittest.TestCase):
    @staticmethod
    def same(run, reference):
        if run.results != reference.results:
            raise runner.Disagreement("another result")

    def test_another_result_is_never_timed(self):
        ours, theirs = runner.compare(
            [scripted("ours", [steady(1, results=1)] * 2, self.same),
             scripted("theirs", [steady(9, results=2)] * 2, self.same)], 2)
        self.assertIsNone(ours["problem"])
        self.assertEqual((theirs["problem"], theirs["rate"]), ("another result", None))

    def test_a_program_that_fails_is_named(self):
        result, = runner.compare([runner.Contender("ours", lambda: runner.run_program(
            [sys.executable, "-c", "import sys; sys.exit('no such thing')"]))], 2)
        self.assertIn("no such thing", result["problem"])

    def test_only_what_follows_ready_is_measured(self):
        program = ("import json, sys, time; time.sleep(1); print(json.dumps({'ready': 1}), flush=True);"
                   "sys.stdin.readline(); print(json.dumps({'answer': 2}))")
        output = runner.run_program([sys.executable, "-c", program], waits=True)
        self.assertEqual(output.lines, [{"ready": 1}, {"answer": 2}])
        self.assertGreater(output.ended - output.started, 1)


class Results(unittest.TestCase):
    @staticmethod
    def of(*problems):
        return [{"problem": problem} for problem in problems]

    def test_one_peer_that_goes_astray_spoils_nothing(self):
        self.assertFalse(claim.is_without_result(self.of(None, None, "loss differs")))

    def test_ours_must_be_right_and_somebody_must_be_left(self):
        self.assertTrue(claim.is_without_result(self.of("loss differs", None)))
        self.assertTrue(claim.is_without_result(self.of(None, "loss differs")))
        self.assertFalse(claim.is_without_result(self.of(None)))
        self.assertFalse(claim.is_without_result([]))


class Stages(unittest.TestCase):
    def setUp(self):
        self.model = pathlib.Path(tempfile.mkdtemp())
        (self.model / "config.json").write_text(json.dumps(fixtures.SHAPES["50M"]))

    def test_the_parts_work_is_the_steps(self):
        length, samples = 256, 4
        work = stages.training_work(self.model, "float32", [length] * samples, length * samples)
        flops = 1e9 * sum(amount for amount, unit in work.values() if unit == stages.GFLOP)
        weights, lora, attention = fixtures.matmul_weights(self.model)
        shape = fixtures.SHAPES["50M"]
        first = 2 * shape["hidden_size"] * 3 * shape["hidden_size"]  # its input needs no gradient
        # 4 N + 3.5 A + 6 N_lora per token; rank columns that ride on products are not counted.
        riding = 2 * lora
        expected = 4 * weights - first + 3.5 * attention * (length + 1) / 2 + 6 * lora - riding
        self.assertAlmostEqual(flops / (length * samples) / expected, 1, places=3)

    def test_milliseconds_add_up_and_rates_are_the_amounts_over_them(self):
        document = {"units": 10, "threads": 2, "seconds": 1.0, "idle": 0.25, "elsewhere": 0.25,
                    "parts": [{"part": "norm", "backward": True, "seconds": 0.5},
                              {"part": "attention", "backward": False, "seconds": 1.0}]}
        rates = {"GFLOP/s fp32": 100, "GB/s read": 10}
        rows = stages.rows_of(document, {("attention", False): (2.0, stages.GFLOP)}, "float32", rates)
        self.assertEqual(rows[0], {"part": "attention", "milliseconds": 50, "amount": 2.0,
                                   "unit": stages.GFLOP, "rate": 40, "of_machine": 0.4, "share": 0.5})
        self.assertEqual(rows[1]["part"], "norm backward")
        self.assertAlmostEqual(sum(row["milliseconds"] for row in rows), 100)


if __name__ == "__main__":
    unittest.main()
