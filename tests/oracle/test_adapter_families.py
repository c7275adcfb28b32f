# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Adapters of every family both ways: PEFT's here and merged, the engine's in PEFT with every key
accounted for, tensors byte for byte (T4, T7, T9, T10, T11)."""
import warnings

import peft
import torch
from safetensors.torch import load_file

import engine
import peft_side
import tiny_models

TOLERANCE = 1e-4
# About tied weights, GPT-2's transposed layers beside its plain head, biases that no layer can take.
EXPECTED_WARNINGS = ".*(tie|fan_in_fan_out|lora_bias).*"


class Family:
    """How a family calls its parts."""

    def __init__(self, name):
        kind = tiny_models.FAMILIES[name]().config.model_type
        self.is_gpt2 = kind == "gpt2"
        self.embedding = {"gpt2": "wte", "gpt_neox": "embed_in"}.get(kind, "embed_tokens")
        self.qkv, self.up, self.norm, self.layers = {
            "gpt2": (["c_attn"], "c_fc", "ln_2", "h"),
            "gpt_neox": (["query_key_value"], "dense_h_to_4h", "post_attention_layernorm",
                         "layers"),
            "phi3": (["qkv_proj"], "gate_up_proj", "post_attention_layernorm", "layers"),
        }.get(kind, (["q_proj", "v_proj"], "up_proj", "post_attention_layernorm", "layers"))


def rows_of(family):
    """Every kind of thing that a config can say: name → LoraConfig."""
    return {
        "all linear, patterns, rank-stabilised": dict(
            target_modules="all-linear", use_rslora=True, lora_alpha=3,
            rank_pattern={family.qkv[0]: 2, rf"{family.layers}\.1\..*{family.up}": 7},
            alpha_pattern={family.up: 5, rf".*\.0\..*{family.qkv[0]}": 1}),
        "embedding and head": dict(
            target_modules=[family.embedding, "lm_head", *family.qkv],
            rank_pattern={family.embedding: 3}, alpha_pattern={"lm_head": 2}),
        "biases of targets": dict(target_modules=[*family.qkv, family.up], bias="lora_only"),
        "every bias": dict(target_modules=family.qkv, bias="all"),
        "bias of B": dict(target_modules=[*family.qkv, family.up], lora_bias=True),
        "modules saved whole": dict(
            target_modules=family.qkv, modules_to_save=[family.embedding, family.norm]),
        "head saved whole": dict(target_modules=family.qkv, modules_to_save=["lm_head"]),
        "an expression": dict(target_modules=rf".*\.1\..*({family.qkv[0]}|{family.up})"),
        "some layers, some excluded": dict(
            target_modules=[*family.qkv, family.up], layers_to_transform=[0, 1],
            layers_pattern=family.layers, exclude_modules=rf".*\.0\..*{family.up}"),
    }


def load_strictly(test, model, folder):
    """The folder in PEFT; every tensor of the file must have a place and every place a tensor."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message=EXPECTED_WARNINGS)
        adapted = peft.PeftModel.from_pretrained(model, folder, is_trainable=True)
        stored = load_file(folder / "adapter_model.safetensors")
        result = peft.set_peft_model_state_dict(adapted, stored)
    test.assertEqual(result.unexpected_keys, [])
    ours = [name for name, parameter in adapted.named_parameters() if parameter.requires_grad]
    test.assertEqual([key for key in result.missing_keys if key in ours], [])
    return adapted.eval()


class PeftRows(engine.OracleTest):
    """An adapter of PEFT gives PEFT's logits, apart and merged, and comes back byte for byte."""

    def check_row(self, make, base, folder, config):
        theirs, ours, merged = folder / "peft", folder / "ours", folder / "merged"
        adapted = peft_side.make_adapter(make(), theirs, **config)
        ids = engine.random_ids(90, tiny_models.VOCABULARY)
        expected = engine.reference_logits(adapted, ids)
        plain = engine.reference_logits(make(), ids)
        self.assertGreater(engine.relative_norm(expected, plain), 1e-3, "the adapter does nothing")
        self.assert_close("apart", engine.logits(base, ids, [theirs]), expected, TOLERANCE)
        shown = engine.run("inspect", "adapter", theirs, "--model", base)[0]
        self.assertEqual((shown["compatible"], shown["problems"]), (True, []))

        engine.run("export", "--format", "peft", "--model", base, "--adapter", theirs,
                   "--out", ours)
        self.assert_same_tensors(ours / "adapter_model.safetensors",
                                 theirs / "adapter_model.safetensors")
        reloaded = load_strictly(self, make(), ours)
        self.assertTrue(torch.equal(engine.reference_logits(reloaded, ids), expected))

        has_no_bias = config.get("lora_bias") and any(
            getattr(module.base_layer, "bias", None) is None for module in adapted.modules()
            if isinstance(module, peft.tuners.lora.LoraLayer))
        export = ["export", "--format", "merged", "--model", base, "--adapter", theirs,
                  "--out", merged]
        if has_no_bias:  # PEFT refuses likewise
            with self.assertRaisesRegex(engine.Refused, "has none to merge it into"):
                engine.run(*export)
            return
        engine.run(*export)
        self.assert_close("merged, in transformers",
                          engine.reference_logits(engine.load_reference(merged), ids), expected,
                          TOLERANCE)

    def check(self, name):
        make = tiny_models.FAMILIES[name]
        base = tiny_models.save(make(), self.folder / "model")
        for index, (row, config) in enumerate(rows_of(Family(name)).items()):
            if config.get("bias", "none") != "none" and not any(
                    key.endswith(".bias") for key in make().state_dict()):
                continue
            with self.subTest(row):
                self.check_row(make, base, self.folder / str(index), config)


class Trained(engine.OracleTest):
    """An adapter trained here is PEFT's: keys, counts, logits."""

    def check(self, name):
        make = tiny_models.FAMILIES[name]
        family = Family(name)
        base = tiny_models.save(make(), self.folder / "model")
        data = self.folder / "data.jsonl"
        data.write_text('{"prompt": "A fox", "completion": " is a fox."}\n' * 4)
        ids = engine.random_ids(90, tiny_models.VOCABULARY)
        rows = {
            "slices": {"method.targets": ["q", "v"]},
            "all linear": {"method.targets": "all-linear", "method.use_rslora": True},
            "embedding and head": {
                "method.targets": [family.embedding, "lm_head", "o"],
                "method.rank_pattern": {"lm_head": 2}, "method.bias": "all"},
        }
        for index, (row, values) in enumerate(rows.items()):
            with self.subTest(row):
                run = self.folder / str(index)
                engine.train(base, data, run, {
                    "method.rank": 4, "method.alpha": 8, "training.max_steps": 3,
                    "training.learning_rate": 0.05, "training.warmup_steps": 0,
                    "training.compute_dtype": "float32", "data.template": "none",
                    "data.validation.fraction": 0, **values})
                adapter = run / "output" / "last"
                adapted = load_strictly(self, make(), adapter)
                self.assertGreater(
                    engine.relative_norm(engine.reference_logits(adapted, ids),
                                         engine.reference_logits(make(), ids)), 1e-3)
                self.assert_close("logits", engine.logits(base, ids, [adapter]),
                                  engine.reference_logits(adapted, ids), TOLERANCE)
                shown = engine.run("inspect", "adapter", adapter, "--model", base)[0]
                self.assertTrue(shown["compatible"], shown["problems"])
                self.assertEqual(shown["parameters"], adapted.get_nb_trainable_parameters()[0])


for _name in tiny_models.FAMILIES:
    for _class in (PeftRows, Trained):
        setattr(_class, f"test_{_name}", lambda self, name=_name: self.check(name))


if __name__ == "__main__":
    engine.main()
