# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Runs lora-engine for the oracle tests and compares its numbers with a reference.

LORA_ENGINE names the program, LORA_SHARED the folder of shared models and data. Torch computes
with one thread, and so does the engine except in training, so that programs can run side by side.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import warnings

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", OMP_NUM_THREADS="1")

import torch  # noqa: E402 - the environment above is read when it is imported
import transformers  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("LORA_SHARED", ROOT.parent / "shared"))
SAMPLE_MODEL = ROOT / "resources/samples/model"
REAL_MODELS = [SHARED / "models" / name for name in (
    "stories260K", "stories260K-bf16-3shards", "stories260K-f16-untied", "llama2xs-268K")]

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


class Refused(Exception):
    """The engine ended with an error: exit code and its error lines."""


def run(*arguments, threads=1):
    """Runs the engine with --json and returns the JSON values of its output, in order."""
    command = [os.environ["LORA_ENGINE"], *map(str, arguments), "--json",
               "--threads", str(threads)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        shown = " ".join(command)[:400]
        raise Refused(f"{shown}: exit {result.returncode}\n{result.stderr[-2000:]}")
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def adapter_options(adapters):
    return [word for adapter in adapters for word in ("--adapter", adapter)]


def logits(model, ids, adapters=(), options=()):
    """The engine's float32 logits [tokens, vocabulary] of the token ids."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "logits.safetensors"
        run("score", "--model", model, "--ids", ",".join(map(str, ids)), "--logits", file,
            *adapter_options(adapters), *options)
        return load_file(file)["logits"]


def settings(values):
    """The --set options of a flat {"training.max_steps": 3}."""
    return [word for key, value in values.items() for word in
            ("--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}")]


def train(model, data, out, values, method="lora"):
    """Trains; returns the step events."""
    events = run("train", "--model", model, "--data", data, "--method", method, "--out", out,
                 *settings(values), threads=2)
    return [event for event in events if event["event"] == "step"]


def random_ids(count, vocabulary, seed=7):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(vocabulary, (count,), generator=generator).tolist()


def reference_logits(model, ids):
    """The float32 logits of a transformers or PEFT model."""
    model.eval()
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float()


def load_reference(folder, dtype=torch.float32):
    """The folder's model as transformers reads it, with plain attention."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        return transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="eager")


def relative_norm(actual, expected):
    """‖actual − expected‖ / ‖expected‖, Frobenius, in double."""
    actual, expected = actual.double(), expected.double()
    return ((actual - expected).norm() / expected.norm().clamp_min(1e-30)).item()


class OracleTest(unittest.TestCase):
    """A test with a folder of its own, and comparisons that say what they measured."""

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="lora-oracle-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.folder = pathlib.Path(folder)

    def require(self, path):
        """Skips the test, visibly, where the file is not there."""
        if not path.exists():
            reason = f"{path.name}: not on this machine"
            print(f"SKIP   : {self.id()} {reason}")
            self.skipTest(reason)
        return path

    def measured(self, what, worst, tolerance):
        print(f"{self.id().split('.', 1)[1]}: {what}: {worst:.3g} of {tolerance:.3g}", flush=True)

    def assert_close(self, what, actual, expected, tolerance, scaled=True):
        """Largest difference ≤ tolerance, times the largest expected number where that is above 1."""
        self.assertEqual(tuple(actual.shape), tuple(expected.shape), what)
        self.assertTrue(torch.isfinite(actual).all(), f"{what}: not finite")
        difference = (actual.double() - expected.double()).abs()
        worst = difference.max().item()
        largest = expected.abs().max().item()
        allowed = tolerance * (max(1.0, largest) if scaled else 1.0)
        self.measured(what, worst, allowed)
        index = [int(i) for i in torch.unravel_index(difference.argmax(), difference.shape)]
        self.assertLessEqual(
            worst, allowed, f"{what}{index}: engine {actual[tuple(index)].item():.9g}, "
            f"reference {expected[tuple(index)].item():.9g}")

    def assert_norm_close(self, what, actual, expected, tolerance):
        """Relative Frobenius distance ≤ tolerance."""
        self.assertEqual(tuple(actual.shape), tuple(expected.shape), what)
        self.assertTrue(torch.isfinite(actual).all(), f"{what}: not finite")
        distance = relative_norm(actual, expected)
        self.measured(what, distance, tolerance)
        difference = (actual.double() - expected.double()).abs()
        index = [int(i) for i in torch.unravel_index(difference.argmax(), difference.shape)]
        self.assertLessEqual(
            distance, tolerance, f"{what}{index}: engine {actual[tuple(index)].item():.9g}, "
            f"reference {expected[tuple(index)].item():.9g}")

    def assert_same_ids(self, what, actual, expected):
        first = next((i for i, pair in enumerate(zip(actual, expected)) if pair[0] != pair[1]),
                     min(len(actual), len(expected)))
        self.assertTrue(actual == expected,
                        f"{what}: first difference at {first} of {len(actual)} / {len(expected)}: "
                        f"engine {actual[first:first + 8]}, reference {expected[first:first + 8]}")

    def assert_same_tensors(self, actual_file, expected_file):
        """Same names, shapes and bytes of float32."""
        actual, expected = load_file(actual_file), load_file(expected_file)
        self.assertEqual(sorted(actual), sorted(expected))
        for name, tensor in expected.items():
            self.assertEqual(actual[name].dtype, tensor.dtype, name)
            self.assertTrue(torch.equal(actual[name].view(torch.int32), tensor.view(torch.int32)),
                            name)


def main():
    """Runs the calling file's tests; says so where the engine is not there."""
    if not os.access(os.environ.get("LORA_ENGINE", ""), os.X_OK):
        raise SystemExit("LORA_ENGINE names no program")
    unittest.main(verbosity=1)
