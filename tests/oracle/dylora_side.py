# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""DyLoRA as its released code has it (huawei-noah/Efficient-NLP, DyLoRA/loralib: `dynamic` and `Linear`), written down
again for linear layers of transformers models, and the ranks that the engine draws."""
import hashlib
import math

import torch

MASK = 0xFFFFFFFF


def derived_seed(seed, purpose, index):
    words = seed.to_bytes(8, "little") + index.to_bytes(8, "little")
    digest = hashlib.sha256(b"lora-studio seed 1" + words + purpose.encode()).digest()
    return int.from_bytes(digest[:8], "little")


def first_word(seed):
    """Word 0 of the engine's stream: Philox4x32-10 at counter 0, the seed as key."""
    counter, key = [0, 0, 0, 0], [seed & MASK, seed >> 32]
    for _ in range(10):
        product0, product1 = counter[0] * 0xD2511F53, counter[2] * 0xCD9E8D57
        counter = [(product1 >> 32) ^ counter[1] ^ key[0], product1 & MASK,
                   (product0 >> 32) ^ counter[3] ^ key[1], product0 & MASK]
        key = [(key[0] + 0x9E3779B9) & MASK, (key[1] + 0xBB67AE85) & MASK]
    return counter[1] << 32 | counter[0]


def uniform_rank(most, seed, step):
    """1…most; the few words that would make low ranks likelier do not occur in tests."""
    word = first_word(derived_seed(seed, "dylora rank", step))
    assert word >= (1 << 64) % most
    return 1 + word % most


def geometric_rank(most, seed, step):
    """p = 0.15, cut off at `most`."""
    share = (first_word(derived_seed(seed, "dylora rank", step)) >> 11) / 2 ** 53
    whole = 1 - 0.85 ** most
    return next((b for b in range(1, most) if 1 - 0.85 ** b > share * whole), most)


class Dynamic:
    """One factor [rows, R], cut to its first columns; `rank` counts from 0, as there."""

    def __init__(self, most):
        self.most, self.rank, self.frozen = most, 0, False

    def __call__(self, factor):
        scale = math.sqrt(self.most / (self.rank + 1))
        if self.frozen:
            lower = factor[:, :self.rank].detach()
            return torch.cat([lower, factor[:, self.rank:self.rank + 1]], dim=-1) * scale
        return factor[:, :self.rank + 1] * scale


class DyloraLinear(torch.nn.Module):
    """A frozen linear layer with the release's update."""

    def __init__(self, base, a, b, alpha):
        super().__init__()
        self.base = base
        self.lora_A = torch.nn.Parameter(a.clone())
        self.lora_B = torch.nn.Parameter(b.clone())
        self.dynamic_a, self.dynamic_b = Dynamic(len(a)), Dynamic(len(a))
        self.scaling = alpha / len(a)

    def set_rank(self, rank, frozen):
        for dynamic in (self.dynamic_a, self.dynamic_b):
            dynamic.rank, dynamic.frozen = rank, frozen

    def forward(self, x):
        a = self.dynamic_a(self.lora_A.T).T
        b = self.dynamic_b(self.lora_B)
        return self.base(x) + (x @ a.T @ b.T) * self.scaling


def with_updates(model, factors, alpha):
    """Freezes the model and puts an update on every module of {name: (A, B)}; returns them by name."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    layers = {}
    for name, (a, b) in factors.items():
        parent, _, child = name.rpartition(".")
        module = model.get_submodule(parent)
        layers[name] = DyloraLinear(getattr(module, child), a, b, alpha)
        setattr(module, child, layers[name])
    return layers
