# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Prints the numbers of tst_adamw.cpp: torch.optim.AdamW on five weights, three steps."""
import torch

for decay in (0.0, 0.1):
    weights = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5, 3.0, -0.25]))
    optimizer = torch.optim.AdamW([weights], lr=0.01, betas=(0.9, 0.98), eps=1e-6, weight_decay=decay, foreach=False)
    for step in (1, 2, 3):
        weights.grad = torch.tensor([0.1, -0.2, 0.3, 0.0, 1e-4]) * step + torch.tensor([0.0, 0.5, -0.7, 0.0, 0.0])
        optimizer.step()
        print(decay, step, ", ".join(f"{x:.9g}F" for x in weights.tolist()))
