# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What PEFT does: random adapters, loading with every key accounted for, training by hand."""
import warnings

import peft
import torch
import transformers
from peft.optimizers import create_loraplus_optimizer
from safetensors.torch import load_file
from transformers.trainer_pt_utils import LabelSmoother

from loralib_optimizer import LoralibAdamW


def make_adapter(model, folder, seed=3, **config):
    """Writes an adapter whose update is not zero; returns the PEFT model that holds it."""
    torch.manual_seed(seed)
    values = {"r": 4, "lora_alpha": 8, "init_lora_weights": False, "task_type": "CAUSAL_LM",
              "fan_in_fan_out": model.config.model_type == "gpt2", **config}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about tied weights; the tests are about just those
        adapted = peft.get_peft_model(model, peft.LoraConfig(**values))
        for name, parameter in adapted.named_parameters():
            if parameter.requires_grad and "lora_" not in name:
                parameter.data += 0.1 * torch.randn_like(parameter)
            elif "lora_magnitude_vector" in name:  # lengths begin as those of the updated rows
                parameter.data *= 1 + 0.2 * torch.randn_like(parameter)
        adapted.save_pretrained(folder)
    return adapted.eval()


def load_adapter(model, folder, ignored_warning=None):
    """The folder in PEFT; a warning is an error, and every tensor of the file must arrive."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        if ignored_warning is not None:
            warnings.filterwarnings("ignore", message=ignored_warning)
        adapted = peft.PeftModel.from_pretrained(model, folder, is_trainable=True)
    loaded = state(adapted)
    stored = load_file(folder / "adapter_model.safetensors")
    if sorted(loaded) != sorted(stored):
        raise AssertionError(f"PEFT's keys differ: {sorted(set(loaded) ^ set(stored))}")
    for name, tensor in stored.items():
        if not torch.equal(loaded[name], tensor):
            raise AssertionError(f"{name} did not arrive in PEFT")
    return adapted


def state(adapted):
    """The adapter's tensors by the names of PEFT's files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: tensor.detach().clone()
                for name, tensor in peft.get_peft_model_state_dict(adapted).items()}


def gradients(adapted):
    """The trainable parameters' gradients by the names of PEFT's files."""
    saved = [(name.replace(".default", "").replace(".modules_to_save", ""), parameter.grad)
             for name, parameter in adapted.named_parameters() if parameter.requires_grad]
    return dict(saved)


class Training:
    """AdamW, with LoRA+ in PEFT's groups, over batches of samples as the engine makes them: padding
    on the right, the mean loss per trained token of all micro-batches, clipping, then a step of the
    schedule. `factor` says how many times the learning rate a parameter has."""

    def __init__(self, adapted, job, factor=lambda parameter: 1):
        self.model = adapted.train()
        self.job = job
        self.parameters = [p for p in adapted.parameters() if p.requires_grad]
        self.factor = factor(self.parameters[0])
        is_loralib = job.get("training.optimizer") == "adamw_loralib"
        make, epsilon = (LoralibAdamW, 1e-6) if is_loralib else (torch.optim.AdamW, 1e-8)
        rate, decay = job["training.learning_rate"], job["training.weight_decay"]
        options = {"betas": (job.get("training.beta1", 0.9), job.get("training.beta2", 0.999)),
                   "eps": epsilon}
        if "method.lora_plus_ratio" in job:
            self.optimizer = create_loraplus_optimizer(
                adapted, make, lr=rate, loraplus_lr_ratio=job["method.lora_plus_ratio"],
                loraplus_weight_decay=decay, **options)
        else:
            self.optimizer = make(
                [{"params": [p], "lr": rate * factor(p),
                  "weight_decay": decay if p.dim() > 1 else 0.0} for p in self.parameters],
                lr=rate, **options)
        self.schedule = transformers.get_scheduler(
            job["training.schedule"], self.optimizer, job["training.warmup_steps"],
            job["training.max_steps"])

    def backward(self, batches):
        """Leaves the gradient; returns the loss."""
        self.optimizer.zero_grad()
        trained = sum(sum(sample["mask"][1:]) for batch in batches for sample in batch)
        total = 0.0
        for batch in batches:
            length = max(len(sample["ids"]) for sample in batch)
            ids = torch.zeros(len(batch), length, dtype=torch.long)
            attention = torch.zeros(len(batch), length, dtype=torch.long)
            labels = torch.full((len(batch), length), -100)
            for row, sample in enumerate(batch):
                count = len(sample["ids"])
                ids[row, :count] = torch.tensor(sample["ids"])
                attention[row, :count] = 1
                mask = torch.tensor(sample["mask"], dtype=torch.bool)
                labels[row, :count][mask] = ids[row, :count][mask]
            logits = self.model(input_ids=ids, attention_mask=attention).logits.float()
            logits = logits[:, -length:]  # without those of virtual tokens
            smoother = LabelSmoother(self.job.get("training.label_smoothing", 0.0))
            loss = smoother({"logits": logits}, labels, shift_labels=True,
                            num_items_in_batch=trained)
            loss.backward()
            total += loss.item()
        return total

    def step(self, batches):
        """One optimiser step; returns loss, gradient norm and learning rate."""
        loss = self.backward(batches)
        limit = self.job["training.max_grad_norm"]
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, limit or float("inf")).item()
        rate = self.schedule.get_last_lr()[0] / self.factor
        self.optimizer.step()
        self.schedule.step()
        return loss, norm, rate


def steps_of(samples, batch_size, accumulate, count):
    """The micro-batches of every step: samples in their order, epoch after epoch."""
    batches = [samples[i:i + batch_size] for i in range(0, len(samples), batch_size)]
    epoch = [batches[i:i + accumulate] for i in range(0, len(batches), accumulate)]
    return [epoch[step % len(epoch)] for step in range(count)]
