# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/engine/adapters/peft: for every family a tiny model, an adapter that PEFT made of
all that a config can say, and PEFT's logits. The fast tests read them without Python.
Run in the oracle environment: python make_adapter_fixtures.py"""
import shutil

from safetensors.torch import save_file
import torch

import engine
import peft_side
import test_adapter_families
import tiny_models

TARGET = engine.ROOT / "tests/engine/adapters/peft"
VOCABULARY = 40
SIZES = dict(vocab_size=VOCABULARY, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
             max_position_embeddings=64, eos_token_id=1)
CHANGES = {
    "gpt2": dict(vocab_size=VOCABULARY, n_embd=16, n_layer=2, n_positions=64, eos_token_id=1),
    "mistral": dict(SIZES, head_dim=6, sliding_window=5), "qwen3": dict(SIZES, head_dim=6),
    "gemma": dict(SIZES, head_dim=6), "gemma2": dict(SIZES, head_dim=6, sliding_window=5),
    "gemma3_text": dict(SIZES, head_dim=6, sliding_window=5),
    "llama": dict(SIZES, attention_bias=True, mlp_bias=True),
}
FAMILIES = ("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3", "gpt2",
            "gpt_neox")


def write(name):
    folder = TARGET / name
    model = getattr(tiny_models, name)(**CHANGES.get(name, SIZES))
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    family = test_adapter_families.Family(name)
    adapted = peft_side.make_adapter(
        model, folder, r=3, target_modules=[family.embedding, "lm_head", *family.qkv, family.up],
        use_rslora=True, bias="all", modules_to_save=[family.norm],
        rank_pattern={family.embedding: 2, rf"{family.layers}\.1\..*{family.up}": 4},
        alpha_pattern={"lm_head": 5, family.qkv[0]: 2})
    (folder / "README.md").unlink()
    config = folder / "adapter_config.json"
    config.write_text(config.read_text().rstrip() + "\n")
    ids = engine.random_ids(12, VOCABULARY)
    save_file({"ids": torch.tensor(ids), "logits": engine.reference_logits(adapted, ids)},
              folder / "logits.safetensors")


if __name__ == "__main__":
    shutil.rmtree(TARGET, ignore_errors=True)
    for _name in FAMILIES:
        write(_name)
    print(sum(path.stat().st_size for path in TARGET.rglob("*")), "bytes")
