# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Prints the numbers of tst_adamw.cpp: AdamW on five weights, three steps, as torch.optim computes it and by the formula
of the LoRA release (microsoft/LoRA, examples/NLG/src/optimizer.py: bias correction in the step size, then decay)."""
import math

import torch

START = [1.0, -2.0, 0.5, 3.0, -0.25]
RATE, BETA1, BETA2, EPSILON = 0.01, 0.9, 0.98, 1e-6


def gradient(step):
    return torch.tensor([0.1, -0.2, 0.3, 0.0, 1e-4]) * step + torch.tensor([0.0, 0.5, -0.7, 0.0, 0.0])


def show(name, decay, step, weights):
    print(name, decay, step, ", ".join(f"{x:.9g}F" for x in weights.tolist()))


for decay in (0.0, 0.1):
    weights = torch.nn.Parameter(torch.tensor(START))
    optimizer = torch.optim.AdamW([weights], lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, weight_decay=decay,
                                  foreach=False)
    for step in (1, 2, 3):
        weights.grad = gradient(step)
        optimizer.step()
        show("torch", decay, step, weights)

for decay in (0.0, 0.1):
    weights = torch.tensor(START, dtype=torch.double)
    first, second = torch.zeros_like(weights), torch.zeros_like(weights)
    for step in (1, 2, 3):
        g = gradient(step).double()
        first = BETA1 * first + (1 - BETA1) * g
        second = BETA2 * second + (1 - BETA2) * g * g
        rate = RATE * math.sqrt(1 - BETA2 ** step) / (1 - BETA1 ** step)
        weights = weights - rate * first / (second.sqrt() + EPSILON)
        weights = weights - RATE * decay * weights
        show("loralib", decay, step, weights)
