# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Updates of training.optimizer adamw_8bit against bitsandbytes' AdamW8bit on a processor: numbers
and states, those of tensors below 4096 numbers too, bit for bit after every count of steps."""
import os
import random
import subprocess

import engine
import torch
from bitsandbytes.optim import AdamW8bit
from safetensors.torch import load_file, save_file

SHAPES = {"a_small": (4095,), "b_least": (4096,), "c_odd": (37, 211), "d_matrix": (96, 512),
          "e_large": (600, 1024), "f_one": (1,)}


class Updates(engine.OracleTest):
    def setUp(self):
        super().setUp()
        self.seed = random.SystemRandom().randrange(2 ** 31)
        torch.manual_seed(self.seed)

    def ours(self, values, gradients, rate, betas, epsilon, decay):
        source, target = self.folder / "in.safetensors", self.folder / "out.safetensors"
        save_file({**{f"value.{name}": value for name, value in values.items()},
                   **{f"gradients.{name}": steps for name, steps in gradients.items()}}, source)
        subprocess.run([os.environ["LORA_STEP_ADAMW_8BIT"], source, target,
                        *map(repr, (rate, *betas, epsilon, decay))], check=True)
        return load_file(target)

    def theirs(self, values, gradients, rate, betas, epsilon, decay):
        parameters = {name: torch.nn.Parameter(value.clone()) for name, value in values.items()}
        optimizer = AdamW8bit(parameters.values(), lr=rate, betas=betas, eps=epsilon,
                              weight_decay=decay)
        for step in range(len(gradients["f_one"])):
            for name, parameter in parameters.items():
                parameter.grad = gradients[name][step].clone()
            optimizer.step()
        states = {name: optimizer.state[parameter] for name, parameter in parameters.items()}
        large = [state for state in states.values() if state["state1"].dtype == torch.uint8]
        small = [state for state in states.values() if state["state1"].dtype != torch.uint8]
        self.assertEqual((len(large), len(small)), (4, 2))
        joined = {ours: torch.cat([state[key].flatten() for state in group])
                  for group, names in ((large, {"first_codes": "state1", "first_scales": "absmax1",
                                                "second_codes": "state2", "second_scales": "absmax2"}),
                                       (small, {"first_moments": "state1", "second_moments": "state2"}))
                  for ours, key in names.items()}
        return {**joined, **{f"value.{name}": p.detach() for name, p in parameters.items()}}

    def check(self, steps, scale=1e-3, rate=1e-3, betas=(0.9, 0.999), epsilon=1e-8, decay=0.01,
              mask=1.0):
        values = {name: torch.randn(shape) * 0.05 for name, shape in SHAPES.items()}
        gradients = {name: torch.randn(steps, *shape) * scale * (torch.rand(steps, *shape) < mask)
                     for name, shape in SHAPES.items()}
        job = values, gradients, rate, betas, epsilon, decay
        ours, theirs = self.ours(*job), self.theirs(*job)
        self.assertEqual(sorted(ours), sorted(theirs))
        for name, expected in theirs.items():
            self.assertTrue(torch.equal(ours[name], expected), f"seed {self.seed}, {steps} steps: "
                            f"{name}: {int((ours[name] != expected).sum())} differ")

    def test_steps(self):
        for steps in (1, 2, 7, 30):
            self.check(steps)

    def test_settings(self):
        self.check(5, decay=0.0)
        self.check(5, rate=0.3, betas=(0.8, 0.95), epsilon=1e-6, decay=0.3)
        self.check(5, betas=(0.0, 0.0))

    def test_gradients(self):
        self.check(6, mask=0.02)   # most are zero, whole blocks among them
        self.check(6, scale=1e-18)
        self.check(6, scale=1e4)


if __name__ == "__main__":
    engine.main()
