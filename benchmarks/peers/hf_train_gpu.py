# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""hf_train_gpu.py SPEC: the training loop of transformers + PEFT that gpu.py races on a GPU.

At its best: batches on the GPU beforehand, fused AdamW, no cache, no mask (nothing is padded),
bfloat16 under autocast, no wait but for the loss of the step before. Steps are timed by CUDA
events. Optionally compiled, or with Liger's kernels for the model's family.
"""
import json
import pathlib
import sys
import warnings

import peft
import torch
import transformers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import fixtures  # noqa: E402


def load(spec):
    if spec["liger"]:
        from liger_kernel.transformers import apply_liger_kernel_to_llama
        apply_liger_kernel_to_llama()
    base = transformers.AutoModelForCausalLM.from_pretrained(
        spec["model"], dtype=torch.bfloat16, attn_implementation="sdpa", device_map={"": 0})
    base.config.use_cache = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = peft.PeftModel.from_pretrained(base, spec["adapter"], is_trainable=True)
    model.train()
    parameters = [p for p in model.parameters() if p.requires_grad]
    return torch.compile(model) if spec["compile"] else model, parameters


def attention_of(base):
    """The backend that sdpa takes for these shapes."""
    config = base.config
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // heads
    q = torch.zeros(1, heads, 128, size, dtype=torch.bfloat16, device="cuda", requires_grad=True)
    k = torch.zeros(1, kv_heads, 128, size, dtype=torch.bfloat16, device="cuda")
    chosen = torch._fused_sdp_choice(q, k, k, None, 0.0, True, enable_gqa=True)
    return torch.nn.attention.SDPBackend(chosen).name


def rows_of(batch):
    """ids and labels [samples, length] of samples of one length, on the GPU."""
    ids = torch.tensor([sample["ids"] for sample in batch])
    trained = torch.tensor([sample["mask"] for sample in batch], dtype=torch.bool)
    return {"input_ids": ids.cuda(), "labels": torch.where(trained, ids, -100).cuda()}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(spec["threads"])
    torch.manual_seed(1)
    with open(spec["tokens"], encoding="utf-8") as file:
        samples = json.load(file)
    steps = [(rows_of(step[0]), fixtures.trained_tokens(step))
             for step in fixtures.steps_of(samples, spec["batch_size"], 1, spec["steps"])]
    model, parameters = load(spec)
    attention = attention_of(model)
    optimizer = torch.optim.AdamW(parameters, lr=spec["learning_rate"],
                                  weight_decay=spec["weight_decay"], fused=True)
    losses, marks = [], []
    for number, (batch, trained) in enumerate(steps):
        if number == spec["warmup"]:
            torch.cuda.synchronize()
            print(json.dumps({"ready": True}), flush=True)
            sys.stdin.readline()
        if number >= spec["warmup"]:
            marks.append(torch.cuda.Event(enable_timing=True))
            marks[-1].record()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16):
            loss = model(**batch, num_items_in_batch=trained).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, spec["max_grad_norm"])
        optimizer.step()
        losses.append(loss.detach())
        if number == 0:
            torch.cuda.synchronize()
            print(json.dumps({"first_step": True}), flush=True)
    end = torch.cuda.Event(enable_timing=True)
    end.record()
    torch.cuda.synchronize()
    seconds = [a.elapsed_time(b) / 1000 for a, b in zip(marks, [*marks[1:], end])]
    print(json.dumps({"losses": [loss.item() for loss in losses], "seconds": seconds,
                      "memory_bytes": torch.cuda.max_memory_reserved(), "attention": attention}),
          flush=True)


if __name__ == "__main__":
    try:
        main()
    except torch.cuda.OutOfMemoryError as error:
        # Whoever waits for {"ready": …} gets it too.
        print(json.dumps({"ready": True, "out of memory": str(error).splitlines()[0]}), flush=True)
