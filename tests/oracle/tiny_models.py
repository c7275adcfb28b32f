# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Tiny random models of every family, made by transformers and written as model folders."""
import json
import math

import tokenizers
import torch
import transformers
from safetensors.torch import load_file, save_file

VOCABULARY = 258  # every byte, a token that ends a turn and one that begins it
END = 256
CONTEXT = 160
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|start|>' + message['role'] + '\n' + message['content']"
    " + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}"
    "{% endif %}")

LLAMA3_ROPE = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
               "high_freq_factor": 4.0, "original_max_position_embeddings": 64}


def llama(**changes):
    values = dict(vocab_size=VOCABULARY, hidden_size=64, intermediate_size=112,
                  num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                  max_position_embeddings=CONTEXT, rms_norm_eps=1e-5, tie_word_embeddings=False,
                  bos_token_id=None, eos_token_id=END, pad_token_id=None)
    values.update(changes)
    return _random(transformers.LlamaForCausalLM, transformers.LlamaConfig(**values))


def gpt2(**changes):
    values = dict(vocab_size=VOCABULARY, n_embd=64, n_layer=2, n_head=4, n_positions=CONTEXT,
                  resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
                  bos_token_id=None, eos_token_id=END, pad_token_id=None)
    values.update(changes)
    return _random(transformers.GPT2LMHeadModel, transformers.GPT2Config(**values))


def _random(kind, config):
    """Weights of a size that makes every part of the model count in the logits."""
    config._attn_implementation = "eager"
    model = kind(config)
    generator = torch.Generator().manual_seed(11)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 2:
            parameter.data = noise / math.sqrt(config.hidden_size)
        elif name.endswith(".bias"):
            parameter.data = 0.2 * noise
        else:
            parameter.data = 1 + 0.2 * noise
    model.tie_weights()
    return model.eval()


def save(model, folder, dtype=None, shard="5GB"):
    """Writes the model, in the dtype."""
    if dtype is not None:
        model.to(dtype)
    model.save_pretrained(folder, max_shard_size=shard)
    save_tokenizer(folder)
    return folder


def save_tokenizer(folder):
    """A token per byte."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.BPE({letter: i for i, letter in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|end|>", "<|start|>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|end|>",
        "chat_template": CHAT_TEMPLATE}))


def edit_config(folder, change):
    """Rewrites config.json by change(config)."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    change(config)
    path.write_text(json.dumps(config))


def older_config(config):
    """The field names of transformers 4."""
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = rope if rope.get("rope_type", "default") != "default" else None
    config["torch_dtype"] = config.pop("dtype")


def as_first_released(folder):
    """GPT-2 as the public files have it: no prefix in the names, causal masks as buffers."""
    path = folder / "model.safetensors"
    tensors = {name.removeprefix("transformer."): tensor
               for name, tensor in load_file(path).items()}
    for layer in range(2):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(1, 1, CONTEXT, CONTEXT).tril()
        tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    save_file(tensors, path, {"format": "pt"})
