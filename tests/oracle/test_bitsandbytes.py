# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Checkpoints of bitsandbytes, both ways (T24): what transformers saves in 4 and 8 bits is read as it
is, what the engine writes is the same bits and loads there, and adapters on packed bases are PEFT's.

transformers multiplies 4-bit weights in bfloat16 where the processor can, whatever is asked for, and
8-bit ones in integers: compared are the numbers that the weights stand for, in the asked type.
The models' widths are multiples of a block: bitsandbytes unpacks others wrongly."""
import json
import logging
import os
import warnings

os.environ["TORCHDYNAMO_DISABLE"] = "1"  # bitsandbytes would compile what it unpacks with

import engine  # noqa: E402
import bitsandbytes  # noqa: E402
from bitsandbytes import functional  # noqa: E402
import peft  # noqa: E402
import peft_side  # noqa: E402
import tiny_models  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
TOLERANCE = 1e-4
NF4 = dict(load_in_4bit=True, bnb_4bit_quant_type="nf4")
DOUBLE = dict(NF4, bnb_4bit_use_double_quant=True)
INT8 = dict(load_in_8bit=True)
STATE = ".quant_state.bitsandbytes__nf4"
MODELS = {"llama": lambda: tiny_models.llama(intermediate_size=128),
          "llama_tied_biases": lambda: tiny_models.llama(
              intermediate_size=128, tie_word_embeddings=True, attention_bias=True, mlp_bias=True),
          "gpt2": tiny_models.gpt2}


def load(folder, dtype=torch.float32, **packing):
    """The folder in transformers, packed as it is stored or, with `packing`, now."""
    config = dict(quantization_config=transformers.BitsAndBytesConfig(**packing)) if packing else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="eager", **config)
    for module in model.modules():
        if isinstance(module, bitsandbytes.nn.Linear4bit):
            module.support_avx512bf16_for_cpu = False
    return model.eval()


def numbers(model):
    """The model with the numbers that its packed weights stand for."""
    return model.dequantize().eval()


def vocabulary_numbers(weight, packing):
    """What an embedding or a head is, packed by bitsandbytes and back, in float32."""
    if packing is INT8:
        codes, scales, _ = functional.int8_vectorwise_quant(weight.half())
        return functional.int8_vectorwise_dequant(codes, scales)
    packed, state = functional.quantize_4bit(
        weight.contiguous(), quant_type="nf4", compress_statistics=packing is DOUBLE)
    return functional.dequantize_4bit(packed, state).float()


PACKED = [(name, packing) for name in MODELS for packing in (NF4, DOUBLE, INT8)]


class PackedTest(engine.OracleTest):
    def saved(self, name, dtype=torch.float32, **packing):
        """(dense folder, folder as transformers packs and saves it)."""
        base, packed = self.folder / f"{name}-base", self.folder / f"{name}-packed"
        tiny_models.save(MODELS[name](), base, dtype=dtype)
        load(base, dtype, **packing).save_pretrained(packed)
        tiny_models.save_tokenizer(packed)
        return base, packed

    def assert_same_tensors_as(self, actual_folder, expected_folder):
        """Every tensor bit for bit; of the JSON what it says."""
        actual = load_file(actual_folder / "model.safetensors")
        expected = load_file(expected_folder / "model.safetensors")
        self.assertEqual(sorted(actual), sorted(expected))
        for name, tensor in expected.items():
            if name.endswith(STATE):
                states = [json.loads(bytes(each.tolist())) for each in (actual[name], tensor)]
                self.assertEqual(*states, name)
            else:
                self.assertEqual(actual[name].dtype, tensor.dtype, name)
                self.assertTrue(torch.equal(actual[name], tensor), name)


class Checkpoints(PackedTest):
    def test_float32_logits(self):
        ids = engine.random_ids(tiny_models.CONTEXT, tiny_models.VOCABULARY)
        for name, packing in PACKED:
            with self.subTest(model=name, packing=packing):
                _, packed = self.saved(name, **packing)
                model = load(packed)
                expected = engine.reference_logits(numbers(model) if packing is INT8 else model, ids)
                self.assert_close(f"{name} logits", engine.logits(packed, ids), expected, TOLERANCE)

    def test_bfloat16_logits(self):
        ids = engine.random_ids(tiny_models.CONTEXT, tiny_models.VOCABULARY)
        for name, packing in PACKED:
            with self.subTest(model=name, packing=packing):
                _, packed = self.saved(name, torch.bfloat16,
                                       **packing, bnb_4bit_compute_dtype=torch.bfloat16)
                exact = engine.reference_logits(numbers(load(packed)).float(), ids)
                half = engine.reference_logits(numbers(load(packed, torch.bfloat16)).bfloat16(), ids)
                allowed = 1.5 * engine.relative_norm(half, exact) + 5e-3
                actual = engine.logits(packed, ids, options=["--dtype", "bfloat16"])
                self.assert_norm_close(f"{name} logits", actual, exact, allowed)

    def test_what_the_engine_packs_is_the_same_bits(self):
        for name, packing in PACKED:
            with self.subTest(model=name, packing=packing):
                base, packed = self.saved(name, torch.float16, **packing)
                out = self.folder / "out" / name / str(len(packing))
                kind = "int8" if packing is INT8 else "nf4"
                double = "true" if packing is DOUBLE else "false"
                report = engine.run("export", "--format", f"bitsandbytes_{kind}", "--model", base,
                                    "--out", out, "--double-quant", double)[-1]
                self.assertTrue(report["verification"]["passed"])
                self.assert_same_tensors_as(out, packed)
                ids = engine.random_ids(100, tiny_models.VOCABULARY)
                there = engine.reference_logits(numbers(load(out)).float(), ids)
                self.assert_close(f"{name} loaded there", engine.logits(out, ids), there, TOLERANCE)

    def test_quantising_while_loading_is_the_same(self):
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        for name, packing in PACKED:
            with self.subTest(model=name, packing=packing):
                base, packed = self.saved(name, torch.float16, **packing)
                kind = "int8" if packing is INT8 else "nf4"
                options = ["--quantization", kind,
                           "--double-quant", "true" if packing is DOUBLE else "false"]
                now = engine.logits(base, ids, options=options)
                self.assert_close(f"{name} packed now", now, engine.logits(packed, ids), 1e-6)

    def test_packed_embedding_and_head(self):
        """transformers has no such model: there the weights are the numbers that bitsandbytes packs
        them to; of a tied head once."""
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        for name, packing in PACKED:
            with self.subTest(model=name, packing=packing):
                base, packed = self.saved(name, torch.float16, **packing)
                # The numbers of NF4 are float16's, as the model was; of int8 float32's.
                dtype = torch.float32 if packing is INT8 else torch.float16
                model = numbers(load(packed, dtype)).float()
                layers = {id(layer.weight): layer for layer in
                          (model.get_input_embeddings(), model.get_output_embeddings())}
                self.assertEqual(len(layers), 1 if name != "llama" else 2)
                for layer in layers.values():
                    layer.weight.data = vocabulary_numbers(layer.weight.data.half(), packing)
                kind = "int8" if packing is INT8 else "nf4"
                options = ["--quantization", kind, "--quantize-embeddings",
                           "--double-quant", "true" if packing is DOUBLE else "false"]
                expected = engine.reference_logits(model, ids)
                self.assert_close(f"{name} logits", engine.logits(base, ids, options=options),
                                  expected, TOLERANCE)
                # The same on the folder that transformers packed and left them dense in.
                self.assert_close(f"{name} stored packed", engine.logits(
                    packed, ids, options=["--quantize-embeddings"]), expected, TOLERANCE)

    def test_what_cannot_be_packed_there_is_written_dense(self):
        """With the numbers of its packed form; transformers loads the folder."""
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        for name in MODELS:
            base, _ = self.saved(name, torch.float16, **DOUBLE)
            out = self.folder / "dense" / name
            report = engine.run("export", "--format", "bitsandbytes_nf4", "--model", base, "--out", out,
                                "--quantization", "nf4", "--quantize-embeddings",
                                "--base", "dequantized")[-1]
            self.assertEqual(len(report["notes"]), 1)
            there = load(out, torch.float16)
            embedding = there.get_input_embeddings().weight.data
            stored = load(base, torch.float16).get_input_embeddings().weight.data
            self.assertTrue(torch.equal(embedding.float(), vocabulary_numbers(stored, DOUBLE)))
            self.assert_close(f"{name} loaded there", engine.logits(out, ids),
                              engine.reference_logits(numbers(there).float(), ids), TOLERANCE)

    def test_modules_that_were_left_out(self):
        _, packed = self.saved("llama", **DOUBLE,
                               llm_int8_skip_modules=["lm_head", "o_proj", "model.layers.1.mlp"])
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(packed, ids),
                          engine.reference_logits(load(packed), ids), TOLERANCE)

    def test_a_packed_head(self):
        _, packed = self.saved("llama", **DOUBLE, llm_int8_skip_modules=[])
        self.assertIn("lm_head.weight.absmax", load_file(packed / "model.safetensors"))
        ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(packed, ids),
                          engine.reference_logits(load(packed), ids), TOLERANCE)

    def test_inspection(self):
        _, packed = self.saved("llama", **DOUBLE)
        found = engine.run("inspect", "model", packed)[0]["quantization"]
        self.assertEqual((found["kind"], found["double_quant"], found["block"]), ("nf4", True, 64))
        self.assertEqual(found["modules"], 14)

    def test_other_quantisations_are_refused(self):
        _, packed = self.saved("llama", load_in_4bit=True, bnb_4bit_quant_type="fp4")
        with self.assertRaisesRegex(engine.Refused, 'weights in .{1,2}fp4.{1,2} cannot be read'):
            engine.logits(packed, [1, 2, 3])


class Adapters(PackedTest):
    """An adapter of PEFT on a packed base, unmerged and merged."""

    def adapted(self, name, **packing):
        base, packed = self.saved(name, **packing)
        adapter = self.folder / "adapter"
        self.reference = peft_side.make_adapter(load(packed), adapter, target_modules="all-linear")
        self.ids = engine.random_ids(100, tiny_models.VOCABULARY)
        self.expected = engine.reference_logits(self.reference, self.ids)
        return base, packed, adapter

    def test_unmerged(self):
        for name in MODELS:
            with self.subTest(model=name):
                _, packed, adapter = self.adapted(name, **DOUBLE)
                actual = engine.logits(packed, self.ids, [adapter])
                self.assert_close(f"{name} logits", actual, self.expected, TOLERANCE)

    def test_merged_into_the_dequantised_base(self):
        for name in MODELS:
            with self.subTest(model=name):
                _, packed, adapter = self.adapted(name, **DOUBLE)
                merged = self.folder / f"{name}-merged"
                report = engine.run("export", "--format", "merged", "--model", packed,
                                    "--adapter", adapter, "--out", merged)[-1]
                self.assertEqual([merge["base"] for merge in report["comparison"]["merges"]],
                                 ["dequantized"])
                self.assertNotIn("quantization_config",
                                 json.loads((merged / "config.json").read_text()))
                there = engine.reference_logits(load(merged), self.ids)
                self.assert_close(f"{name} logits", there, self.expected, TOLERANCE)

    def test_both_merges_beside_each_other(self):
        base, _, adapter = self.adapted("llama", **DOUBLE)
        plain = engine.reference_logits(peft.PeftModel.from_pretrained(load(base), adapter).eval(),
                                        self.ids)
        for kind, expected in (("original", plain), ("dequantized", self.expected)):
            merged = self.folder / f"merged-{kind}"
            report = engine.run("export", "--format", "merged", "--model", base, "--adapter", adapter,
                                "--quantization", "nf4", "--base", kind, "--out", merged)[-1]
            there = engine.reference_logits(load(merged), self.ids)
            self.assert_close(f"{kind} logits", there, expected, TOLERANCE)
            costs = {merge["base"]: merge["mean_kl"] for merge in report["comparison"]["merges"]}
            self.assertLess(costs["dequantized"], 1e-6)
            self.assertGreater(costs["original"], 1e-5)

    def test_a_packed_base_has_no_original(self):
        _, packed, adapter = self.adapted("llama", **DOUBLE)
        with self.assertRaisesRegex(engine.Refused, "original weights are not there"):
            engine.run("export", "--format", "merged", "--model", packed, "--adapter", adapter,
                       "--base", "original", "--out", self.folder / "merged")


if __name__ == "__main__":
    engine.main()
