# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""AdamW by the formula of the LoRA release (microsoft/LoRA, examples/NLG/src/optimizer.py): the bias correction is part
of the step size, so that epsilon stands beside the plain root, and decay comes after the step."""
import math

import torch


class LoralibAdamW(torch.optim.Optimizer):
    def __init__(self, groups, lr, betas, eps=1e-6):
        super().__init__(groups, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                state, gradient = self.state[parameter], parameter.grad
                if not state:
                    state.update(step=0, m=torch.zeros_like(parameter), v=torch.zeros_like(parameter))
                state["step"] += 1
                state["m"] = beta1 * state["m"] + (1 - beta1) * gradient
                state["v"] = beta2 * state["v"] + (1 - beta2) * gradient * gradient
                rate = (group["lr"] * math.sqrt(1 - beta2 ** state["step"])
                        / (1 - beta1 ** state["step"]))
                parameter -= rate * state["m"] / (state["v"].sqrt() + group["eps"])
                parameter -= group["lr"] * group["weight_decay"] * parameter
