# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""loralib's checkpoints, mlx-lm's adapters and old torch files against their formulas (T15). The
layers are written out from loralib/layers.py: y = base + pad(conv1d(x Aᵀ, B)) · alpha / r."""
import json
import shutil

import torch
from safetensors.torch import load_file, save_file

import engine
import peft_side
import tiny_models

TOLERANCE = 1e-4
RANK = 3


def merged_linear(base, a, b, enabled, scale):
    """loralib's MergedLinear around a layer [in → out]."""
    def forward(x):
        groups = sum(enabled)
        inner = torch.nn.functional.linear(x, a)
        outer = torch.nn.functional.conv1d(
            inner.transpose(-2, -1), b.unsqueeze(-1), groups=groups).transpose(-2, -1)
        result = base(x)
        width = result.shape[-1] // len(enabled)
        padded = torch.zeros_like(result)
        parts = iter(outer.split(width, dim=-1))
        for index, flag in enumerate(enabled):
            if flag:
                padded[..., index * width:(index + 1) * width] = next(parts)
        return result + padded * scale
    return forward


def linear(base, a, b, scale):
    return lambda x: base(x) + (x @ a.T @ b.T) * scale


def embedding(base, a, b, scale):
    return lambda ids: base(ids) + torch.nn.functional.embedding(ids, a.T) @ b.T * scale


class Replaced(torch.nn.Module):
    def __init__(self, forward, base):
        super().__init__()
        self.forward = forward
        self.weight = base.weight  # asked for by some models


def loralib_model(model, state, scale, enabled=(True, False, True)):
    """The model with loralib's layers where the checkpoint has them."""
    for key in [key for key in state if key.endswith(".lora_A")]:
        name = key.removesuffix(".lora_A")
        a, b = state[key], state[name + ".lora_B"]
        base = model.get_submodule(name)
        if isinstance(base, torch.nn.Embedding):
            forward = embedding(base, a, b, scale)
        elif a.shape[0] != b.shape[1]:
            forward = merged_linear(base, a, b, enabled, scale)
        else:
            forward = linear(base, a, b, scale)
        model.set_submodule(name, Replaced(forward, base))
    return model


def random_state(shapes):
    generator = torch.Generator().manual_seed(5)
    return {name: torch.randn(shape, generator=generator) * 0.1 for name, shape in shapes.items()}


def gpt2_state(groups=2):
    shapes = {}
    for layer in range(2):
        name = f"transformer.h.{layer}.attn.c_attn"
        shapes[f"{name}.lora_A"] = (groups * RANK, 64)
        shapes[f"{name}.lora_B"] = (groups * 64, RANK)
    return random_state(shapes)


class Checkpoints(engine.OracleTest):
    def setUp(self):
        super().setUp()
        self.ids = engine.random_ids(80, tiny_models.VOCABULARY)
        self.base = tiny_models.save(tiny_models.gpt2(), self.folder / "model")

    def check(self, adapter, state, scale, **options):
        expected = engine.reference_logits(
            loralib_model(tiny_models.gpt2(), state, scale, **options), self.ids)
        plain = engine.reference_logits(tiny_models.gpt2(), self.ids)
        self.assertGreater(engine.relative_norm(expected, plain), 1e-2)
        self.assert_close("logits", engine.logits(self.base, self.ids, [adapter]), expected,
                          TOLERANCE)

    def test_query_and_value(self):
        file = self.folder / "lora.pt"
        torch.save(gpt2_state(), file)
        self.check(file, gpt2_state(), 1 / RANK)

    def test_alpha_as_a_weight(self):
        file = self.folder / "lora.pt"
        torch.save(gpt2_state(), file)
        self.check(f"{file}:32", gpt2_state(), 32 / RANK)

    def test_alpha_and_groups_of_the_side_file(self):
        file = self.folder / "lora.pt"
        torch.save(gpt2_state(), file)
        file.with_suffix(".json").write_text(
            json.dumps({"lora_alpha": 12, "enable_lora": [True, True, False]}))
        self.check(file, gpt2_state(), 12 / RANK, enabled=(True, True, False))

    def test_as_the_release_saves_it(self):
        file = self.folder / "model.26289.pt"
        torch.save({"model_state_dict": {f"module.{name}": tensor
                                         for name, tensor in gpt2_state(3).items()}}, file)
        self.check(file, gpt2_state(3), 1 / RANK, enabled=(True, True, True))

    def test_linears_and_embeddings(self):
        state = random_state({
            "transformer.h.0.mlp.c_fc.lora_A": (RANK, 64),
            "transformer.h.0.mlp.c_fc.lora_B": (256, RANK),
            "transformer.wte.lora_A": (RANK, tiny_models.VOCABULARY),
            "transformer.wte.lora_B": (64, RANK)})
        file = self.folder / "lora.bin"
        torch.save(state, file)
        self.check(file, state, 1 / RANK)

    def export(self, adapter):
        out = self.folder / "loralib"
        engine.run("export", "--format", "loralib", "--model", self.base, "--adapter", adapter,
                   "--out", out)
        side = json.loads((out / "lora.json").read_text())
        return torch.load(out / "lora.pt", weights_only=True), side, out

    def test_peft_comes_out(self):
        adapter = self.folder / "peft"
        adapted = peft_side.make_adapter(
            tiny_models.gpt2(), adapter, target_modules=["c_attn", "c_fc", "wte"], lora_alpha=6,
            alpha_pattern={"c_fc": 3})
        state, side, out = self.export(adapter)
        self.assertEqual((side["lora_alpha"], side["fan_in_fan_out"]), (6, True))
        model = loralib_model(tiny_models.gpt2(), state, side["lora_alpha"] / side["r"])
        expected = engine.reference_logits(adapted, self.ids)
        self.assert_close("in loralib", engine.reference_logits(model, self.ids), expected,
                          TOLERANCE)
        self.assert_close("read again", engine.logits(self.base, self.ids, [out]), expected,
                          TOLERANCE)

    def test_slices_come_out_as_merged_linear(self):
        source = self.folder / "in.pt"
        torch.save(gpt2_state(), source)
        peft_form = self.folder / "peft"
        engine.run("export", "--format", "peft", "--model", self.base,
                   "--adapter", f"{source}:8", "--out", peft_form)
        state, side, _ = self.export(peft_form)
        self.assertEqual(side["enable_lora"], [True, False, True])
        self.assertEqual(sorted(state), sorted(gpt2_state()))
        scale = side["lora_alpha"] / side["r"]
        for name, tensor in gpt2_state().items():
            factor = 8 / RANK / scale if name.endswith("lora_B") else 1
            self.assert_close(name, state[name], tensor * factor, 1e-6)

    def test_peft_reads_a_checkpoint_as_peft(self):
        """Rank 2r and alpha 2 · alpha on c_attn, block by block."""
        source = self.folder / "in.pt"
        torch.save(gpt2_state(), source)
        source.with_suffix(".json").write_text(json.dumps({"lora_alpha": 5}))
        folder = self.folder / "peft"
        engine.run("export", "--format", "peft", "--model", self.base, "--adapter", source,
                   "--out", folder)
        config = json.loads((folder / "adapter_config.json").read_text())
        self.assertEqual((config["r"], config["lora_alpha"]), (2 * RANK, 10))
        expected = engine.reference_logits(
            loralib_model(tiny_models.gpt2(), gpt2_state(), 5 / RANK), self.ids)
        adapted = peft_side.load_adapter(tiny_models.gpt2(), folder)
        self.assert_close("in PEFT", engine.reference_logits(adapted, self.ids), expected,
                          TOLERANCE)


class OtherForms(engine.OracleTest):
    def test_torch_file_of_peft(self):
        make = tiny_models.llama
        base = tiny_models.save(make(), self.folder / "model")
        adapter = self.folder / "peft"
        adapted = peft_side.make_adapter(make(), adapter, target_modules="all-linear")
        file = adapter / "adapter_model.safetensors"
        torch.save(load_file(file), adapter / "adapter_model.bin")
        file.unlink()
        ids = engine.random_ids(80, tiny_models.VOCABULARY)
        self.assert_close("logits", engine.logits(base, ids, [adapter]),
                          engine.reference_logits(adapted, ids), TOLERANCE)

    def test_mlx(self):
        """y + scale · (x lora_a) lora_b, of an embedding lora_a[ids] lora_b."""
        for name, modules in (
                ("llama", {"model.layers.1.self_attn.q_proj": (64, 64),
                           "model.layers.0.mlp.down_proj": (112, 64),
                           "model.embed_tokens": (tiny_models.VOCABULARY, 64)}),
                ("phi3", {"model.layers.2.self_attn.qkv_proj": (64, 128)}),
                ("gpt2", {"model.h.1.attn.c_attn": (64, 192)}),
                ("gpt_neox", {"model.h.1.attention.query_key_value": (64, 192)})):
            with self.subTest(name):
                make = tiny_models.FAMILIES[name]
                base = tiny_models.save(make(), self.folder / f"{name}-model")
                tensors = random_state({
                    key: shape for module, (wide, out) in modules.items()
                    for key, shape in ((f"{module}.lora_a", (wide, RANK)),
                                       (f"{module}.lora_b", (RANK, out)))})
                adapter = self.folder / f"{name}-mlx"
                adapter.mkdir()
                save_file(tensors, adapter / "adapters.safetensors")
                (adapter / "adapter_config.json").write_text(json.dumps({
                    "fine_tune_type": "lora", "num_layers": 16,
                    "lora_parameters": {"rank": RANK, "scale": 4.0, "dropout": 0.0}}))
                renamed = {"gpt2": ("model.h", "transformer.h"),
                           "gpt_neox": ("model.h", "gpt_neox.layers")}.get(name, ("", ""))
                state = {}
                for module in modules:
                    own = module.replace(*renamed) if renamed[0] else module
                    state[f"{own}.lora_A"] = tensors[f"{module}.lora_a"].T
                    state[f"{own}.lora_B"] = tensors[f"{module}.lora_b"].T
                ids = engine.random_ids(80, tiny_models.VOCABULARY)
                expected = engine.reference_logits(loralib_model(make(), state, 4.0), ids)
                self.assert_close("logits", engine.logits(base, ids, [adapter]), expected,
                                  TOLERANCE)
                shutil.rmtree(base)

    def test_released_checkpoint(self):
        """The norms of B A (lora.md, section 7)."""
        file = self.require(
            engine.SHARED / "models/adapters/ms_lora_roberta_mnli/roberta_base_lora_mnli.bin")
        shown = engine.run("inspect", "adapter", f"{file}:8")[0]
        norms = {module["name"]: module["norm"] for module in shown["modules"]}
        self.assertEqual(len(norms), 24)
        self.assertEqual({module["rank"] for module in shown["modules"]}, {8})
        for layer, part, norm in ((0, "query", 4.814), (0, "value", 2.634), (10, "query", 7.213),
                                  (11, "value", 2.719)):
            name = f"roberta.encoder.layer.{layer}.attention.self.{part}"
            self.assertAlmostEqual(norms[name], norm, delta=5e-4)


if __name__ == "__main__":
    engine.main()
