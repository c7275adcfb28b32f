# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Trains the tokenizer and the weights of model/ from scratch on the text of make_text.py.

One thread, fixed seeds, nothing random besides: two runs on one machine give the same bytes.
Needs torch, transformers, tokenizers and safetensors (versions in README.md).
"""

import argparse
import itertools
import json
import os
import random
import time
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

import make_text

END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"  # ids 0, 1, 2
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' "
    "+ message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
CONTEXT = 512
BATCH_TOKENS = 2048
QUESTION_WEIGHT = 0.2
DECAY = 300
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "attention_dropout": 0.0,
    "bos_token_id": None,
    "eos_token_id": 2,
    "head_dim": 32,
    "hidden_act": "silu",
    "hidden_size": 128,
    "initializer_range": 0.02,
    "intermediate_size": 256,
    "max_position_embeddings": CONTEXT,
    "mlp_bias": False,
    "model_type": "llama",
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "num_key_value_heads": 2,
    "pad_token_id": 0,
    "pretraining_tp": 1,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": True,
    "torch_dtype": "float32",
    "use_cache": True,
    "vocab_size": 1024,
}


def pieces(document):
    """The text the model sees (what CHAT_TEMPLATE makes of messages) as (text, is it learned)."""
    if "text" in document:
        yield document["text"] + END, True
        return
    for turn in document["messages"]:
        yield f"{START}{turn['role']}\n", False
        yield turn["content"] + STOP, turn["role"] == "assistant"
        yield "\n", False
    yield END, False


def train_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=CONFIG["vocab_size"],
        special_tokens=[END, START, STOP],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    texts = ("".join(text for text, _ in pieces(d)) for d in itertools.islice(make_text.documents(seed=1), 30000))
    tokenizer.train_from_iterator(texts, trainer)
    assert tokenizer.get_vocab_size() == CONFIG["vocab_size"]
    return tokenizer


def batches(tokenizer):
    """Ids and loss weights [documents, longest], about BATCH_TOKENS each; END fills the rows.

    256 documents are sorted by length, cut into batches and the batches are shuffled.
    """
    documents, order = make_text.documents(seed=2), random.Random(3)
    while True:
        pool = [encode(tokenizer, document) for document in itertools.islice(documents, 256)]
        pool.sort(key=lambda item: len(item[0]))
        groups = [[]]
        for item in pool:
            if len(item[0]) * (len(groups[-1]) + 1) > BATCH_TOKENS:
                groups.append([])
            groups[-1].append(item)
        order.shuffle(groups)
        for group in groups:
            longest = len(group[-1][0])
            ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in group])
            weights = [weights + [0.0] * (longest - len(weights)) for _, weights in group]
            yield ids, torch.tensor(weights)


def encode(tokenizer, document):
    """Ids and the weight of each: 1 in answers and stories, QUESTION_WEIGHT elsewhere."""
    ids, weights = [], []
    for text, learned in pieces(document):
        tokens = tokenizer.encode(text).ids
        ids += tokens
        weights += [1.0 if learned else QUESTION_WEIGHT] * len(tokens)
    return ids, weights


def train(tokenizer, steps):
    """Muon for the matrices of the blocks, AdamW for the rest; the rate falls over the last DECAY steps."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    model = LlamaForCausalLM(LlamaConfig(**CONFIG))
    blocks = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim == 1 or "embed" in n]
    optimizers = (
        torch.optim.Muon(blocks, lr=0.02, weight_decay=0.02),
        torch.optim.AdamW(others, lr=0.004, betas=(0.9, 0.95), weight_decay=0.01),
    )
    peaks = [optimizer.param_groups[0]["lr"] for optimizer in optimizers]
    started = time.time()
    for step, (ids, weights) in enumerate(itertools.islice(batches(tokenizer), steps)):
        rate = min(1.0, (step + 1) / 50, (steps - step) / DECAY)
        logits = model(input_ids=ids).logits[:, :-1].flatten(0, 1)
        losses = cross_entropy(logits, ids[:, 1:].flatten(), reduction="none")
        wanted = weights[:, 1:].flatten()
        loss = (losses * wanted).sum() / wanted.sum()
        loss.backward()
        for optimizer, peak in zip(optimizers, peaks):
            optimizer.param_groups[0]["lr"] = peak * rate
            optimizer.step()
            optimizer.zero_grad()
        if step % 100 == 99:
            answers = losses[wanted == 1.0].mean().item()
            print(f"step {step + 1} answers {answers:.4f} after {time.time() - started:.0f} s", flush=True)
    return model


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write(folder, tokenizer, model):
    """The files transformers 4 and 5 both read."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {k: v.contiguous() for k, v in model.state_dict().items() if k != "lm_head.weight"}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(folder / "config.json", CONFIG)
    write_json(folder / "generation_config.json", {"eos_token_id": [2, 0], "pad_token_id": 0})
    flags = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    special = {"eos_token": STOP, "pad_token": END}
    write_json(folder / "special_tokens_map.json", {
        "additional_special_tokens": [START, STOP],
        **{name: {"content": token, **flags} for name, token in special.items()},
    })
    write_json(folder / "tokenizer_config.json", {
        "added_tokens_decoder": {
            str(i): {"content": token, **flags, "special": True}
            for i, token in enumerate((END, START, STOP))
        },
        "additional_special_tokens": [START, STOP],
        "bos_token": None,
        "chat_template": CHAT_TEMPLATE,
        "clean_up_tokenization_spaces": False,
        **special,
        "model_max_length": CONTEXT,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": None,
    })
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "model")
    parser.add_argument("--steps", type=int, default=1714)
    options = parser.parse_args()
    words = train_tokenizer()
    write(options.out, words, train(words, options.steps))
