# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What `./studio bench quantised` does besides measuring: truncation and the page."""
import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
os.environ["LORA_BENCH_LOCK"] = str(pathlib.Path(tempfile.mkdtemp()) / "lock")
import quantised  # noqa: E402
import quantised_report  # noqa: E402

try:
    import torch
    from safetensors.torch import load_file, save_file
except ImportError:
    torch = None


class Truncation(unittest.TestCase):
    @unittest.skipIf(torch is None, "torch is not in this Python")
    def test_the_largest_directions_stay_with_their_scale(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        (folder / "adapter_config.json").write_text(json.dumps(
            {"r": 4, "lora_alpha": 8, "target_modules": ["q"]}))
        a, b = torch.randn(4, 10), torch.randn(7, 4)
        save_file({"x.lora_A.weight": a, "x.lora_B.weight": b},
                  folder / "adapter_model.safetensors")
        for rank in (1, 3, 4):
            made = quantised.truncated(folder, rank, folder / str(rank))
            config = json.loads((made / "adapter_config.json").read_text())
            self.assertEqual((config["r"], config["lora_alpha"]), (rank, 2 * rank))
            self.assertEqual(config["target_modules"], ["q"])
            tensors = load_file(made / "adapter_model.safetensors")
            error = torch.linalg.svdvals(
                b @ a - tensors["x.lora_B.weight"] @ tensors["x.lora_A.weight"])
            tail = torch.linalg.svdvals(b @ a)[rank:]
            self.assertTrue(torch.allclose(error[:len(tail)], tail, atol=1e-4))


class Race(unittest.TestCase):
    def test_every_base_is_asked_for_as_it_is_named(self):
        """bfloat16 first: the others are compared with it."""
        self.assertEqual(next(iter(quantised.BASES.values())), {"quantization": "none"})
        asked = []

        def run(command, **_):
            asked.append(command)
            raise quantised.runner.Failed("only the command is looked at")
        for name, value in (("run_program", run), ("BENCH_CACHE", tempfile.mkdtemp())):
            self.addCleanup(setattr, quantised.runner, name, getattr(quantised.runner, name))
            setattr(quantised.runner, name, value)
        for name in quantised.BASES:
            with self.assertRaises(quantised.runner.Failed):
                quantised.trainer("model", "data", name, 8, 2).measure()
        self.assertNotIn("model.quantize_embeddings=true", asked[0])
        self.assertIn("model.double_quant=false", asked[1])
        self.assertIn("model.quantize_embeddings=true", asked[3])
        self.assertEqual(["model.quantization=nf4" in command for command in asked],
                         [False, True, True, True, False])


class Report(unittest.TestCase):
    report = {
        "command": "./studio bench quantised --write", "threads": 2, "shape": "50M", "tokens": 2048,
        "steps": 30, "rounds": 3, "model": "tiny", "data": "rows.json", "text_steps": 200, "batch": 8,
        "length": 256, "top_rank": 16,
        "unpacking": [{"form": "nf4", "type": "bfloat16", "bytes_a_number": 0.515869,
                       "memory_gb": 12.0, "copy_gb": 15.0, "share": 0.8,
                       "share_range": [0.76, 0.84], "cache_numbers": 8e9,
                       "cache_read_gb": 4.1, "read_gb": 20.0},
                      {"form": "int8, for inputs", "type": "float32", "bytes_a_number": 1.001,
                       "memory_gb": 9.0, "copy_gb": 10.0, "share": 0.9,
                       "share_range": [0.85, 0.95]}],
        "race": {"weight_bytes": 2e8, "contenders": [
            {"name": "bfloat16 LoRA", "rate": 1000.0, "ratio": 1.0, "ratio_range": [1.0, 1.0],
             "facts": {"memory_bytes": 6e8}, "weight_bytes": 2e8, "weight_share": 1.0},
            {"name": "nf4 QLoRA", "rate": 900.0, "ratio": 1.25, "ratio_range": [1.0, 2.0],
             "facts": {"memory_bytes": 4.5e8}, "weight_bytes": 5e7, "weight_share": 0.25},
            {"name": "the same, embeddings too", "rate": 950.0, "ratio": 1.06,
             "ratio_range": [1.0, 1.1], "facts": {"memory_bytes": 4.3e8}, "weight_bytes": 3e7,
             "weight_share": 0.15},
            {"name": "int8 QLoRA", "rate": None, "problem": "it ended"}]},
        "text": {"base": 4.5, "base_nf4": 4.6,
                 "ranks": [{"rank": 1, "dylora": 3.0, "alone": 2.9, "truncated": 3.5}]}}

    def test_the_page_has_every_part(self):
        page = quantised_report.markdown(self.report)
        self.assertIn("| nf4 | bfloat16 | 0.5159 | 12.0 | 80% | 76%–84% | 8.00 | 4.1 | 20% |", page)
        self.assertIn("| int8, for inputs | float32 | 1.0010 | 9.0 | 90% | 85%–95% | – | – | – |",
                      page)
        self.assertIn("| nf4 QLoRA | 900 | 0.80 | 0.50–1.00 | 450 MB | 50 MB | 25% |", page)
        self.assertIn("| the same, embeddings too | 950 | 0.94 | 0.91–1.00 | 430 MB | 30 MB | 15% |",
                      page)
        self.assertIn("it ended", page)
        self.assertIn("| 1 | 3.0000 | 2.9000 | 3.5000 |", page)
        self.assertIn("4.6000 in nf4, 4.5000 unquantised", page)

    def test_what_was_not_measured_has_no_section(self):
        page = quantised_report.markdown({key: value for key, value in self.report.items()
                                          if key != "text"})
        self.assertNotIn("## Ranks", page)
        self.assertIn("## Training", page)

    def test_the_terminal_shows_the_same_numbers(self):
        shown = quantised_report.text(self.report)
        self.assertIn("nf4 QLoRA", shown)
        self.assertIn("80%", shown)


if __name__ == "__main__":
    unittest.main()
