# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""hf_train.py SPEC: the training loop of transformers + PEFT that train.py races.

At its best: token batches made beforehand, fused AdamW, no cache, no mask where nothing is
padded, bfloat16 under autocast (without it PEFT's side path computes in float32). Without an
adapter all weights are trained, in float32 as Trainer's bf16 keeps them.
"""
import contextlib
import json
import pathlib
import sys
import time
import warnings

import peft
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import fixtures  # noqa: E402


def padded(batch):
    """ids, attention mask (None where nothing is padded) and labels [samples, longest]."""
    length = max(len(sample["ids"]) for sample in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    attention = torch.zeros_like(ids)
    labels = torch.full_like(ids, -100)
    for row, sample in enumerate(batch):
        count = len(sample["ids"])
        ids[row, :count] = torch.tensor(sample["ids"])
        attention[row, :count] = 1
        trained = torch.tensor(sample["mask"], dtype=torch.bool)
        labels[row, :count][trained] = ids[row, :count][trained]
    return {"input_ids": ids, "labels": labels,
            "attention_mask": None if attention.all() else attention}


def load(spec):
    dtype = getattr(torch, spec["dtype"] if spec["adapter"] else "float32")
    base = transformers.AutoModelForCausalLM.from_pretrained(
        spec["model"], dtype=dtype, attn_implementation="sdpa")
    base.config.use_cache = False
    model = base
    if spec["adapter"]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = peft.PeftModel.from_pretrained(base, spec["adapter"], is_trainable=True)
    model.train()
    parameters = [p for p in model.parameters() if p.requires_grad]
    return torch.compile(model) if spec["compile"] else model, parameters


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(spec["threads"])
    torch.manual_seed(1)
    with open(spec["tokens"], encoding="utf-8") as file:
        samples = json.load(file)
    steps = [([padded(batch) for batch in step], fixtures.trained_tokens(step))
             for step in fixtures.steps_of(samples, spec["batch_size"], spec["accumulate"],
                                           spec["steps"])]
    model, parameters = load(spec)
    groups = [{"params": parameters}]
    if not spec["adapter"]:  # norms do not decay
        groups = [{"params": [p for p in parameters if p.dim() > 1]},
                  {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=spec["learning_rate"],
                                  weight_decay=spec["weight_decay"], fused=True)
    mixed = (lambda: torch.autocast("cpu", torch.bfloat16)) if spec["dtype"] == "bfloat16" \
        else contextlib.nullcontext
    losses, seconds = [], []
    for number, (batches, trained) in enumerate(steps):
        if number == spec["warmup"]:
            print(json.dumps({"ready": True}), flush=True)
            sys.stdin.readline()
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for batch in batches:
            with mixed():
                loss = model(**batch, num_items_in_batch=trained).loss
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(parameters, spec["max_grad_norm"])
        optimizer.step()
        seconds.append(time.perf_counter() - start)
        losses.append(total)
        if number == 0:
            print(json.dumps({"first_step": True}), flush=True)
    print(json.dumps({"losses": losses, "seconds": seconds[spec["warmup"]:]}), flush=True)


if __name__ == "__main__":
    main()
