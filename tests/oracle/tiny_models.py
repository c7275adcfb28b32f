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


# What every family's tiny model has in common.
SMALL = dict(vocab_size=VOCABULARY, hidden_size=64, intermediate_size=112, num_hidden_layers=3,
             num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=CONTEXT,
             tie_word_embeddings=False, bos_token_id=None, eos_token_id=END, pad_token_id=None)


def default_rope(**changes):
    return {"rope_type": "default", "rope_theta": 10000.0, **changes}


def mistral(**changes):
    """Windows far below the context, and heads that are not hidden / heads."""
    return _random(transformers.MistralForCausalLM, transformers.MistralConfig(
        **{**SMALL, "sliding_window": 37, "head_dim": 22, **changes}))


def qwen2(**changes):
    return _random(transformers.Qwen2ForCausalLM, transformers.Qwen2Config(**{**SMALL, **changes}))


def qwen3(**changes):
    return _random(transformers.Qwen3ForCausalLM, transformers.Qwen3Config(
        **{**SMALL, "head_dim": 24, **changes}))


def gemma(**changes):
    return _random(transformers.GemmaForCausalLM, transformers.GemmaConfig(
        **{**SMALL, "head_dim": 20, "tie_word_embeddings": True, **changes}))


def gemma2(**changes):
    """Caps low enough to bend scores and logits."""
    return _random(transformers.Gemma2ForCausalLM, transformers.Gemma2Config(
        **{**SMALL, "num_hidden_layers": 4, "head_dim": 20, "tie_word_embeddings": True,
           "sliding_window": 29, "query_pre_attn_scalar": 13, "attn_logit_softcapping": 2.0,
           "final_logit_softcapping": 3.0, **changes}))


def gemma3_text(**changes):
    """One block more than a period of windows."""
    return _random(transformers.Gemma3ForCausalLM, transformers.Gemma3TextConfig(
        **{**SMALL, "num_hidden_layers": 7, "head_dim": 20, "tie_word_embeddings": True,
           "sliding_window": 29, "query_pre_attn_scalar": 13,
           "rope_parameters": {
               "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
               "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}, **changes}))


def gemma3(**changes):
    """One that sees images; its text model is gemma3_text()."""
    text = gemma3_text(**changes)
    vision = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2,
                  image_size=28, patch_size=14)
    config = transformers.Gemma3Config(text_config=text.config.to_dict(), vision_config=vision,
                                       mm_tokens_per_image=4)
    config._attn_implementation = "eager"
    model = transformers.Gemma3ForConditionalGeneration(config)
    model.model.language_model.load_state_dict(text.model.state_dict())
    model.tie_weights()
    return model.eval()


def longrope(pairs, **changes):
    return {"rope_type": "longrope", "rope_theta": 10000.0,
            "short_factor": [1.0 + 0.1 * i for i in range(pairs)],
            "long_factor": [1.5 + 0.9 * i for i in range(pairs)], **changes}


def phi3(**changes):
    return _random(transformers.Phi3ForCausalLM, transformers.Phi3Config(**{**SMALL, **changes}))


def gpt_neox(**changes):
    values = {**SMALL, **changes}
    values.pop("num_key_value_heads")
    return _random(transformers.GPTNeoXForCausalLM, transformers.GPTNeoXConfig(**values))


# Every family with its quirks: name → maker. What tests of each family run over.
FAMILIES = {
    "llama": llama,
    "llama_biases_llama3_rope": lambda: llama(
        attention_bias=True, mlp_bias=True, head_dim=24,
        rope_parameters={"rope_theta": 500000.0, **LLAMA3_ROPE}),
    "llama_linear_rope": lambda: llama(rope_parameters=default_rope(rope_type="linear", factor=4.0)),
    "llama_yarn_rope": lambda: llama(rope_parameters=default_rope(
        rope_type="yarn", factor=4.0, original_max_position_embeddings=40)),
    "mistral": mistral,
    "mistral_full_attention": lambda: mistral(sliding_window=None),
    "qwen2": qwen2,
    "qwen2_windows_tied": lambda: qwen2(use_sliding_window=True, sliding_window=21,
                                        max_window_layers=1, tie_word_embeddings=True),
    "qwen3": qwen3,
    "qwen3_windows_bias": lambda: qwen3(
        attention_bias=True, use_sliding_window=True, sliding_window=33, tie_word_embeddings=True,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"]),
    "gemma": gemma,
    "gemma2": gemma2,
    "gemma3_text": gemma3_text,
    "phi3": phi3,
    "phi3_longrope_partial": lambda: phi3(
        sliding_window=43, original_max_position_embeddings=48,
        rope_parameters=longrope(6, partial_rotary_factor=0.75)),
    "gpt2": gpt2,
    "gpt_neox": gpt_neox,
    "gpt_neox_sequential_half": lambda: gpt_neox(
        use_parallel_residual=False,
        rope_parameters=default_rope(partial_rotary_factor=0.5)),
}


def _random(kind, config):
    return with_random_weights(kind, config, 11)


def with_random_weights(kind, config, seed):
    """Weights of a size that makes every part of the model count in the logits."""
    config._attn_implementation = "eager"
    model = kind(config)
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() == 2:
            parameter.data = noise / math.sqrt(config.hidden_size)
        elif name.endswith(".bias"):
            parameter.data = 0.2 * noise
        elif "gemma" in config.model_type:
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


def older_gemma3(config):
    """Two bases side by side, a pattern in place of kinds of layers."""
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope["full_attention"].pop("rope_theta")
    config["rope_scaling"] = rope["full_attention"]
    config["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
    config.pop("layer_types")
    config["sliding_window_pattern"] = config.pop("_sliding_window_pattern", 6)
    config["torch_dtype"] = config.pop("dtype")


def older_gemma3_names(folder):
    """A model that sees images as transformers before 4.52 named its tensors, and a config that
    leaves out what is as usual."""
    path = folder / "model.safetensors"
    names = {"model.language_model.": "language_model.model.", "model.vision_tower.": "vision_tower.",
             "model.multi_modal_projector.": "multi_modal_projector."}
    tensors = load_file(path)
    for new, old in names.items():
        tensors = {old + name.removeprefix(new) if name.startswith(new) else name: tensor
                   for name, tensor in tensors.items()}
    save_file(tensors, path, {"format": "pt"})

    def change(config):
        usual = transformers.Gemma3TextConfig().to_dict()
        config["text_config"] = {key: value for key, value in config["text_config"].items()
                                 if key not in usual or usual[key] != value}
    edit_config(folder, change)


def older_gpt_neox(config):
    rope = config.pop("rope_parameters")
    config["rotary_emb_base"] = int(rope["rope_theta"])
    config["rotary_pct"] = rope["partial_rotary_factor"]
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
