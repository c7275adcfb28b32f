# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the sample model and what pirate.jsonl teaches it, with transformers and PEFT.

First the share of right answers to held-out questions by topic, then LoRA training (answers only,
packed, packs isolated by a block mask) and the answers to held_out.jsonl before and after.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

import make_text
import world

HERE = Path(__file__).parent


def answers(model, tokenizer, prompts):
    """Greedy answers, at most 60 tokens each, to lists of messages."""
    tokenizer.padding_side = "left"
    texts = [tokenizer.apply_chat_template(p, tokenize=False, add_generation_prompt=True) for p in prompts]
    batch = tokenizer(texts, return_tensors="pt", padding=True, return_token_type_ids=False)
    with torch.no_grad():
        out = model.generate(**batch, max_new_tokens=60, do_sample=False)
    return tokenizer.batch_decode(out[:, batch["input_ids"].shape[1]:], skip_special_tokens=True)


def measure_topics(model, tokenizer, count):
    """Prints exact and fact-containing shares of greedy answers to held-out questions."""
    totals = [0, 0, 0]
    for seed, topic in enumerate(t for t in world.TOPICS if t != "greeting"):
        stream = make_text.questions(1000 + seed, held_out=True, topic=topic)
        items = list({item[0]: item for item, _ in zip(stream, range(8 * count))}.values())[:count]
        given = answers(model, tokenizer, [[{"role": "user", "content": q}] for q, _, _ in items])
        exact = sum(g == a for g, (_, a, _) in zip(given, items))
        right = sum(fact in g for g, (_, _, fact) in zip(given, items))
        wrong = next(((q, g) for g, (q, _, fact) in zip(given, items) if fact not in g), "")
        print(f"{topic:14} {len(items):3} asked {exact:3} exact {right:3} right", *wrong, flush=True)
        totals = [x + y for x, y in zip(totals, (len(items), exact, right))]
    print(f"all: {totals[0]} asked, {totals[1] / totals[0]:.1%} exact, {totals[2] / totals[0]:.1%} right")


def measure_style(model, tokenizer, rows):
    """Prints and counts held-out answers in the new style and with the right facts."""
    given = answers(model, tokenizer, [row["messages"] for row in rows])
    styled = [bool(make_text.PIRATE.match(g)) for g in given]
    wanted = [{r["answer"], make_text.as_pirate(r["answer"])} for r in rows]
    exact = sum(g in w for g, w in zip(given, wanted))
    for row, g in zip(rows, given):
        print(f"  {row['messages'][-1]['content']} -> {g}")
    print(f"  style {sum(styled)}/{len(rows)}, right {exact}/{len(rows)}", flush=True)


def encode(tokenizer, row):
    """Ids and labels of a row; labels are the answers with their end token."""
    ids, labels = [], []
    for turn in row["messages"]:
        head = tokenizer(f"<|im_start|>{turn['role']}\n")["input_ids"]
        body = tokenizer(turn["content"] + "<|im_end|>")["input_ids"]
        tail = tokenizer("\n")["input_ids"]
        ids += head + body + tail
        trained = turn["role"] == "assistant"
        labels += [-100] * len(head) + (body if trained else [-100] * len(body)) + [-100] * len(tail)
    return ids, labels


def packed(rows, length):
    """First-fit packs -> lists of (ids, labels)."""
    packs = []
    for row in rows:
        for pack in packs:
            if sum(len(ids) for ids, _ in pack) + len(row[0]) <= length:
                pack.append(row)
                break
        else:
            packs.append([row])
    return packs


def collate(packs, isolate):
    """ids, labels, positions [batch, T] and a mask [batch, 1, T, T]."""
    width = max(sum(len(ids) for ids, _ in pack) for pack in packs)
    ids = torch.zeros(len(packs), width, dtype=torch.long)
    labels, positions = torch.full_like(ids, -100), torch.zeros_like(ids)
    group = torch.full_like(ids, -1)
    for i, pack in enumerate(packs):
        at = 0
        for j, (row, target) in enumerate(pack):
            span = slice(at, at + len(row))
            ids[i, span], labels[i, span] = torch.tensor(row), torch.tensor(target)
            positions[i, span] = torch.arange(len(row)) if isolate else torch.arange(at, at + len(row))
            group[i, span] = j if isolate else 0
            at += len(row)
    mask = (group[:, :, None] == group[:, None, :]) & torch.ones(width, width).tril().bool()
    return {"input_ids": ids, "labels": labels, "position_ids": positions, "attention_mask": mask[:, None]}


def train(model, tokenizer, options):
    torch.manual_seed(options.seed)
    shuffle = random.Random(options.seed)
    text = (HERE / "pirate.jsonl").read_text(encoding="utf-8")
    rows = [encode(tokenizer, json.loads(line)) for line in text.splitlines()]
    config = LoraConfig(r=options.rank, lora_alpha=options.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(model, config)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=options.learning_rate, weight_decay=0.01)
    started, queue, tokens = time.time(), [], 0
    for step in range(options.steps):
        if len(queue) < options.batch:
            shuffle.shuffle(rows)
            fresh = packed(rows, options.length)
            shuffle.shuffle(fresh)
            queue += fresh
        batch, queue = queue[: options.batch], queue[options.batch:]
        warm = max(1, round(0.03 * options.steps))
        done = max(0, step - warm) / (options.steps - warm)
        rate = (step + 1) / warm if step < warm else (1 + math.cos(math.pi * done)) / 2
        optimizer.param_groups[0]["lr"] = options.learning_rate * rate
        inputs = collate(batch, not options.joined)
        tokens += inputs["input_ids"].numel()
        loss = model(**inputs).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if step % max(1, options.steps // 6) == 0 or step == options.steps - 1:
            print(f"  step {step + 1} loss {loss.item():.4f}", flush=True)
    print(f"  {tokens} tokens in {time.time() - started:.0f} s", flush=True)
    return model.eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=str(HERE / "model"))
    parser.add_argument("--count", type=int, default=0, help="held-out questions per topic; 0 = skip")
    parser.add_argument("--steps", type=int, default=0, help="LoRA steps; 0 = no training")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--length", type=int, default=512)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--alpha", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=5e-3)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--joined", action="store_true", help="let packed rows see each other")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    words = AutoTokenizer.from_pretrained(options.model)
    base = AutoModelForCausalLM.from_pretrained(options.model).eval()
    prompts = [json.loads(line) for line in (HERE / "held_out.jsonl").read_text(encoding="utf-8").splitlines()]
    if options.count:
        measure_topics(base, words, options.count)
    print("before")
    measure_style(base, words, prompts)
    if options.steps:
        print(f"after {options.steps} steps, batch {options.batch}, rate {options.learning_rate}, seed {options.seed}")
        measure_style(train(base, words, options), words, prompts)
