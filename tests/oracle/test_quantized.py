# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Weights packed in NF4 and int8 against bitsandbytes' processor backend, on tensors that nobody has
seen: a new seed each time (T20, T21, T23). Codes, scales, scales of scales, offset and the numbers
that come back, all bit for bit.

bitsandbytes unpacks rows that cut blocks with its operators in torch: its vector kernel takes the
scales of other blocks there (columns a multiple of 16 but not of the block)."""
import os
import random
import subprocess

os.environ["TORCHDYNAMO_DISABLE"] = "1"  # bitsandbytes would compile what it unpacks with

import engine  # noqa: E402
import torch  # noqa: E402
from bitsandbytes import functional as bnb  # noqa: E402
from bitsandbytes.backends.default.ops import _dequantize_4bit_compute  # noqa: E402
from bitsandbytes.nn import Embedding4bit, Int8Params  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

TYPES = (torch.float32, torch.bfloat16, torch.float16)
SHAPES = ((1, 1), (1, 2), (3, 5), (1, 63), (1, 65), (7, 64), (64, 64), (33, 129), (16, 80), (200, 300),
          (257, 1024), (40, 4096))


def kinds(shape, dtype):
    """Weights of one shape: what layers look like, and what breaks quantisers. No subnormal bfloat16:
    the processor's own rounding, which bitsandbytes takes, makes them zero."""
    normal = torch.randn(shape) * 0.02
    outliers = normal.clone()
    outliers.view(-1)[torch.randint(outliers.numel(), (1 + outliers.numel() // 500,))] *= 1000
    sparse = normal * (torch.rand(shape) < 0.05)
    rows = normal.clone()
    rows[::2] = 0
    made = {"normal": normal, "outliers": outliers, "sparse": sparse, "zero_rows": rows,
            "zero": torch.zeros(shape), "constant": torch.full(shape, -0.3),
            "uniform": torch.rand(shape) * 2 - 1, "wide": torch.randn(shape).mul(2).exp(),
            "tiny": torch.randn(shape) * (1e-39 if dtype == torch.float32 else 1e-36)}
    return {name: weight.to(dtype).contiguous() for name, weight in made.items()}


def numbers_of(packed, state):
    absmax = state.absmax
    if state.nested:
        absmax = bnb.dequantize_blockwise(absmax, state.state2) + state.offset
    if state.shape[-1] % state.blocksize == 0:
        return bnb.dequantize_4bit(packed, state).float()
    return _dequantize_4bit_compute(packed.reshape(-1), absmax, state.code, state.blocksize, state.shape,
                                    state.dtype).float()


def looked_up(weight):
    """The rows that pack_tensors looks up."""
    last = weight.shape[0] - 1
    return [last, 0, last, last // 2]


class Packing(engine.OracleTest):
    def setUp(self):
        super().setUp()
        self.seed = random.SystemRandom().randrange(2 ** 31)
        torch.manual_seed(self.seed)

    def pack(self, weights, block=64, threads=1):
        source, target = self.folder / "in.safetensors", self.folder / "out.safetensors"
        save_file(weights, source)
        result = subprocess.run(
            [os.environ["LORA_PACK_TENSORS"], source, target, str(block)], capture_output=True,
            text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": str(threads)})
        if result.returncode != 0:
            raise engine.Refused(f"exit {result.returncode}: {result.stderr}")
        return load_file(target)

    def assert_bits(self, what, ours, theirs):
        ours, theirs = ours.flatten(), theirs.flatten()
        self.assertEqual((ours.dtype, ours.shape), (theirs.dtype, theirs.shape), what)
        self.assertTrue(torch.equal(ours, theirs),
                        f"seed {self.seed}: {what}: {int((ours != theirs).sum())} differ")

    def compare(self, weights, block=64, threads=1):
        torch.set_num_threads(threads)
        self.addCleanup(torch.set_num_threads, 1)
        ours = self.pack(weights, block, threads)
        for name, weight in weights.items():
            for form, double in (("nf4", False), ("double", True)):
                packed, state = bnb.quantize_4bit(weight, blocksize=block, compress_statistics=double,
                                                  quant_type="nf4")
                prefix = f"{name}.{form}."
                self.assert_bits(prefix + "codes", ours[prefix + "codes"], packed)
                self.assert_bits(prefix + "scales", ours[prefix + "scales"], state.absmax)
                if double:
                    self.assert_bits(prefix + "scale_scales", ours[prefix + "scale_scales"],
                                     state.state2.absmax)
                    self.assert_bits(prefix + "offset", ours[prefix + "offset"], state.offset)
                numbers = numbers_of(packed, state)
                self.assert_bits(prefix + "numbers", ours[prefix + "numbers"], numbers)
                self.assert_bits(prefix + "rows", ours[prefix + "rows"], numbers[looked_up(weight)])
            codes, scales, _ = bnb.int8_vectorwise_quant(weight.clone())
            prefix = name + ".int8."
            self.assert_bits(prefix + "codes", ours[prefix + "codes"], codes)
            self.assert_bits(prefix + "scales", ours[prefix + "scales"], scales)
            numbers = bnb.int8_vectorwise_dequant(codes, scales)
            self.assert_bits(prefix + "numbers", ours[prefix + "numbers"], numbers)
            self.assert_bits(prefix + "rows", ours[prefix + "rows"], numbers[looked_up(weight)])
            layer = Int8Params(weight.clone(), requires_grad=False).to("cpu")
            self.assert_bits(name + ".stored.codes", ours[name + ".stored.codes"], layer.CB)
            self.assert_bits(name + ".stored.scales", ours[name + ".stored.scales"], layer.SCB)

    def test_every_shape_type_and_kind(self):
        for dtype in TYPES:
            self.compare({f"{name}_{rows}x{columns}": weight for rows, columns in SHAPES
                          for name, weight in kinds((rows, columns), dtype).items()})

    def test_block_sizes(self):
        for block in (32, 128, 256, 512, 1024, 2048, 4096):
            self.compare(kinds((37, 1024), torch.float32), block)

    def test_embeddings(self):
        """The layer that bitsandbytes has for them, where it is right: it looks up codes and scales of
        the rows alone where rows fill blocks, and with double quantisation (0.50.2) it takes the
        scales of the first scales for all of them."""
        for dtype in TYPES:
            weights = {f"{rows}x{columns}": (torch.randn(rows, columns) * 0.02).to(dtype)
                       for rows, columns in ((5, 64), (300, 128), (1000, 192), (64, 4096))}
            ours = self.pack(weights)
            for name, weight in weights.items():
                layer = Embedding4bit(*weight.shape, dtype=dtype, quant_type="nf4")
                layer.weight.compress_statistics = False
                layer.load_state_dict({"weight": weight})
                rows = layer.to("cpu")(torch.tensor(looked_up(weight)))
                self.assert_bits(f"{name} embedding", ours[f"{name}.nf4.rows"], rows.float())

    def test_random_shapes(self):
        weights = {}
        for index in range(40):
            shape = (random.randint(1, 300), random.randint(1, 600))
            weights[str(index)] = (torch.randn(shape) * random.random()).to(random.choice(TYPES))
        self.compare(weights)

    def test_large_with_threads(self):
        """torch sums the scales' mean in as many parts as it has threads."""
        self.compare({"large": torch.randn(2500, 1024)}, threads=2)
        self.compare({"large": torch.randn(2500, 1024)}, threads=1)

    def test_bytes(self):
        """0.515869 bytes a weight with double quantisation, and what bitsandbytes holds."""
        weight = torch.randn(512, 1024)
        parts = self.pack({"w": weight})
        ours = sum(part.nbytes for name, part in parts.items()
                   if name.startswith("w.double.") and not name.endswith(("numbers", "offset", "rows")))
        packed, state = bnb.quantize_4bit(weight, blocksize=64, compress_statistics=True, quant_type="nf4")
        self.assertEqual(ours, packed.nbytes + state.absmax.nbytes + state.state2.absmax.nbytes)
        self.assertAlmostEqual(ours / weight.numel(), 0.5 + (8 / 64 + 32 / (64 * 256)) / 8, places=9)

    def test_no_numbers_are_refused(self):
        for value in (float("nan"), float("inf"), float("-inf")):
            for dtype in TYPES:
                weight = torch.randn(5, 70).to(dtype)
                weight[3, 69] = value
                with self.assertRaisesRegex(engine.Refused, r"non_finite.*\[3, 69\]"):
                    self.pack({"w": weight})


if __name__ == "__main__":
    engine.main()
