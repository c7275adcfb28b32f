# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What `./studio bench methods` does besides measuring: which rows, which data, which words."""
import json
import os
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
os.environ["LORA_BENCH_LOCK"] = str(pathlib.Path(tempfile.mkdtemp()) / "lock")
import methods  # noqa: E402
import methods_report  # noqa: E402


def entry(name, *keys):
    return {"id": name, "name": name.upper(), "fields": [{"key": key} for key in keys]}


class Rows(unittest.TestCase):
    def rows(self, *entries, job=()):
        rows, missing = methods.rows_for({"methods": list(entries), "job": list(job)})
        return [row[0] for row in rows], missing

    def test_a_row_needs_its_method_and_all_its_settings(self):
        rows, missing = self.rows(entry("lora", "rank", "alpha", "targets", "use_rslora"))
        self.assertIn("LoRA", rows)
        self.assertIn("rsLoRA", rows)
        self.assertNotIn("DoRA", rows)
        self.assertIn("use_dora", missing["DoRA"])
        self.assertIn("full", missing["Full fine-tuning"])

    def test_a_method_that_no_row_names_gets_one(self):
        rows, _ = self.rows(entry("brand_new", "anything"))
        self.assertEqual(rows, ["BRAND_NEW"])

    def test_further_methods_must_be_there_too(self):
        lora = entry("lora", "rank", "alpha", "targets")
        job = [{"id": "method", "fields": [{"key": "with"}]}]
        _, missing = self.rows(lora, job=job)
        self.assertIn("prefix_embedding", missing["LoRA + prefix embedding"])
        rows, _ = self.rows(lora, entry("prefix_embedding", "prefix_tokens"), job=job)
        self.assertIn("LoRA + prefix embedding", rows)

    def test_every_row_has_a_name_of_its_own(self):
        names = [row[0] for row in methods.ROWS]
        self.assertEqual(len(names), len(set(names)))

    def test_exporters_say_what_they_accept(self):
        catalogue = {"exporters": [{"id": "merged", "accepts": ["lora"]}, {"id": "old"}]}
        self.assertTrue(methods.accepts(catalogue, "merged", "lora"))
        self.assertFalse(methods.accepts(catalogue, "merged", "prefix"))
        self.assertFalse(methods.accepts(catalogue, "old", "lora"))


class Task(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())

    def test_a_tenth_is_held_out_and_nothing_is_in_both(self):
        data = self.folder / "rows.json"
        data.write_text(json.dumps([{"n": i} for i in range(40)]))
        train, held = (json.loads(file.read_text()) for file in methods.split(data, self.folder))
        self.assertEqual(len(held), 4)
        self.assertEqual(sorted(row["n"] for row in train + held), list(range(40)))

    def test_lines_are_read_as_well(self):
        data = self.folder / "rows.jsonl"
        data.write_text("".join(json.dumps({"n": i}) + "\n" for i in range(20)))
        train, _ = methods.split(data, self.folder)
        self.assertEqual(len(json.loads(train.read_text())), 18)

    def test_biases_are_appended_as_zeros(self):
        model = self.folder / "model"
        model.mkdir()
        (model / "config.json").write_text(json.dumps({"model_type": "llama", "mlp_bias": False}))
        name = "model.layers.0.self_attn.q_proj.weight"
        header = json.dumps({name: {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]}}).encode()
        (model / "model.safetensors").write_bytes(
            len(header).to_bytes(8, "little") + header + bytes(range(24)))
        made = methods.with_biases(model, self.folder / "made")
        content = (made / "model.safetensors").read_bytes()
        length = int.from_bytes(content[:8], "little")
        tensors = json.loads(content[8:8 + length])
        self.assertEqual(length % 8, 0)
        self.assertEqual(tensors[name.replace("weight", "bias")],
                         {"dtype": "F32", "shape": [3], "data_offsets": [24, 36]})
        self.assertEqual(content[8 + length:], bytes(range(24)) + bytes(12))
        self.assertEqual(json.loads((made / "config.json").read_text()), {
            "model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"]})

    def test_a_model_of_another_kind_stays_as_it_is(self):
        model = self.folder / "model"
        model.mkdir()
        (model / "config.json").write_text('{"model_type": "gpt2"}')
        self.assertEqual(methods.with_biases(model, self.folder / "made"), model)


class Report(unittest.TestCase):
    report = {
        "model": "tiny", "data": "rows.json", "steps": 10, "batch": 8, "length": 64, "rounds": 2,
        "threads": 2, "base_loss": 3.0, "base_rate": 1000.0, "command": "./studio bench methods",
        "missing": {"DoRA": "lora has no use_dora here"},
        "rows": [
            {"name": "LoRA", "parameters": 1234, "total": 100000, "file_bytes": 6000,
             "memory_bytes": 2e8, "tokens_per_second": 4321.0, "loss": 2.0, "unmerged_latency": 1.21,
             "unmerged_latency_range": [1.2, 1.24], "merged_latency": 1.0,
             "merged_latency_range": [0.99, 1.01]},
            {"name": "A < B", "parameters": 10, "total": 100000, "file_bytes": 60,
             "memory_bytes": 2e8, "tokens_per_second": 4000.0, "loss": 2.5, "unmerged_latency": 1.5},
            {"name": "BitFit", "total": 100000, "problem": "nothing to train"}]}

    def test_the_page_has_a_row_each_and_says_what_is_missing(self):
        page = methods_report.markdown(self.report)
        self.assertIn("| LoRA | 1,234 | 1.23 % | 6.0 KB | 200.0 MB | 4,321 | 2.000 | 1.21 ± 0.02"
                      " | 1.00 ± 0.01 |", page)
        self.assertIn("nothing to train", page)
        self.assertIn("DoRA (lora has no use_dora here)", page)
        rows = [line for line in page.splitlines() if line.startswith("| ")]
        self.assertEqual({row.count("|") for row in rows}, {len(methods_report.COLUMNS) + 1})

    def test_the_chart_is_a_document_with_a_disc_for_each_loss(self):
        document = xml.etree.ElementTree.fromstring(methods_report.chart(self.report))
        space = "{http://www.w3.org/2000/svg}"
        discs = document.findall(f"{space}circle")
        self.assertEqual(len(discs), 2)
        # More parameters stand further right, less loss lower.
        self.assertGreater(float(discs[0].get("cx")), float(discs[1].get("cx")))
        self.assertGreater(float(discs[0].get("cy")), float(discs[1].get("cy")))
        self.assertNotEqual(discs[0].get("fill"), discs[1].get("fill"))
        self.assertIn("A < B", [text.text for text in document.findall(f"{space}text")])

    def test_labels_keep_their_distance(self):
        placed = methods_report.spread_apart([10, 12, 40, 11], 15)
        self.assertEqual(sorted(placed), [10, 25, 40, 55])
        self.assertEqual(placed[0], 10)

    def test_ticks_are_round(self):
        self.assertEqual([methods_report.nice_step(span) for span in (1, 3, 0.2)], [0.2, 0.5, 0.02])


if __name__ == "__main__":
    unittest.main()
