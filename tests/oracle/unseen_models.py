# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Random configs of every family: sizes, switches and scalings that nobody chose with the engine in
mind. The same seed gives the same model."""
import random

import torch
import transformers
from transformers.pytorch_utils import Conv1D

import tiny_models

# Activations that gated families accept.
ACTIVATIONS = ["silu", "gelu", "gelu_pytorch_tanh", "gelu_new"]


def rope(r, head_dim, context, partial=(1.0,)):
    """Any scaling that transformers' text models share; `partial` lists the parts of a head that may
    be turned."""
    part = r.choice([p for p in partial if int(head_dim * p) >= 2 and int(head_dim * p) % 2 == 0])
    dim = int(head_dim * part)
    theta = r.choice([50.0, 1e4, 5e5, 1e6, 3.3e7])
    kind = r.choice(["default", "default", "linear", "dynamic", "yarn", "llama3", "longrope"])
    parameters = {"rope_type": kind, "rope_theta": theta}
    if len(partial) > 1:
        parameters["partial_rotary_factor"] = part
    original = r.randint(12, context - 1)
    factor = r.choice([1.5, 2.0, 4.0, 8.0])
    if kind == "dynamic" and dim < 4:
        parameters["rope_type"] = kind = "default"
    if kind in ("linear", "dynamic"):
        parameters["factor"] = factor
    elif kind == "yarn":
        parameters.update(factor=factor, original_max_position_embeddings=original)
        if r.random() < 0.5:
            parameters.update(beta_fast=r.choice([8.0, 24.0]), beta_slow=r.choice([0.5, 2.0]))
        if r.random() < 0.3:
            parameters["attention_factor"] = 1.1
        if r.random() < 0.3:
            parameters["truncate"] = False
    elif kind == "llama3":
        parameters.update(factor=factor, low_freq_factor=1.0, high_freq_factor=r.choice([2.0, 4.0]),
                          original_max_position_embeddings=original)
    elif kind == "longrope":
        parameters.update(
            short_factor=[1 + r.random() for _ in range(dim // 2)],
            long_factor=[1 + 8 * r.random() for _ in range(dim // 2)],
            original_max_position_embeddings=original, factor=factor)
    return parameters


def shape(r, has_head_dim=True):
    """Sizes, few of which are powers of two."""
    heads = r.choice([1, 2, 3, 4, 5, 6, 7])
    head_dim = r.choice([4, 6, 8, 10, 20, 24, 34])
    hidden = heads * (r.choice([6, 8, 11, 12, 18, 25]) if has_head_dim else head_dim)
    values = dict(
        vocab_size=tiny_models.VOCABULARY + r.choice([0, 1, 5, 30, 257]), hidden_size=hidden,
        intermediate_size=r.randint(9, 150), num_hidden_layers=r.randint(1, 5),
        num_attention_heads=heads, max_position_embeddings=r.randint(110, 200),
        tie_word_embeddings=r.random() < 0.4, bos_token_id=None, eos_token_id=tiny_models.END,
        pad_token_id=None)
    if has_head_dim:
        values["head_dim"] = head_dim
    return values


def grouped(r, values):
    heads = values["num_attention_heads"]
    values["num_key_value_heads"] = r.choice([n for n in range(1, heads + 1) if heads % n == 0])
    values["rms_norm_eps"] = r.choice([1e-6, 1e-5, 1e-3])
    return values


def window(r):
    return r.choice([1, 2, 3, 17, 40, 111])


def layer_types(r, values):
    return [r.choice(["sliding_attention", "full_attention"])
            for _ in range(values["num_hidden_layers"])]


def llama(r):
    values = grouped(r, shape(r))
    values.update(attention_bias=r.random() < 0.5, mlp_bias=r.random() < 0.5,
                  hidden_act=r.choice(ACTIVATIONS),
                  rope_parameters=rope(r, values["head_dim"], values["max_position_embeddings"]))
    return transformers.LlamaForCausalLM, transformers.LlamaConfig(**values)


def mistral(r):
    values = grouped(r, shape(r))
    values.update(sliding_window=r.choice([None, window(r)]), hidden_act=r.choice(ACTIVATIONS),
                  rope_parameters=rope(r, values["head_dim"], values["max_position_embeddings"]))
    return transformers.MistralForCausalLM, transformers.MistralConfig(**values)


def qwen(r, values):
    values["rope_parameters"] = rope(
        r, values.get("head_dim", values["hidden_size"] // values["num_attention_heads"]),
        values["max_position_embeddings"])
    if r.random() < 0.6:
        values.update(use_sliding_window=True, sliding_window=window(r),
                      max_window_layers=r.randint(0, values["num_hidden_layers"]))
        if r.random() < 0.5:
            values["layer_types"] = layer_types(r, values)
    return values


def qwen2(r):
    return transformers.Qwen2ForCausalLM, transformers.Qwen2Config(
        **qwen(r, grouped(r, shape(r, has_head_dim=False))))


def qwen3(r):
    return transformers.Qwen3ForCausalLM, transformers.Qwen3Config(
        **qwen(r, grouped(r, shape(r))), attention_bias=r.random() < 0.5)


def gemma(r):
    values = grouped(r, shape(r))
    return transformers.GemmaForCausalLM, transformers.GemmaConfig(
        **values, attention_bias=r.random() < 0.3, hidden_act=r.choice(ACTIVATIONS),
        rope_parameters=rope(r, values["head_dim"], values["max_position_embeddings"]))


def gemma2(r):
    values = grouped(r, shape(r))
    if r.random() < 0.5:
        values["layer_types"] = layer_types(r, values)
    return transformers.Gemma2ForCausalLM, transformers.Gemma2Config(
        **values, attention_bias=r.random() < 0.3, hidden_activation=r.choice(ACTIVATIONS),
        rope_parameters=rope(r, values["head_dim"], values["max_position_embeddings"]),
        sliding_window=window(r), query_pre_attn_scalar=r.choice([3, 16, 144]),
        attn_logit_softcapping=r.choice([None, 0.9, 7.3, 50.0]),
        final_logit_softcapping=r.choice([None, 1.7, 30.0]))


def gemma3_text(r):
    values = grouped(r, shape(r))
    values["num_hidden_layers"] = r.randint(2, 8)
    if r.random() < 0.5:
        values["layer_types"] = layer_types(r, values)
    # By kind of layer, transformers 5.17 reads `truncate` where no config has it, and breaks off the
    # second time that LongRoPE switches.
    full = {"rope_type": "longrope"}
    while full["rope_type"] == "longrope":
        full = rope(r, values["head_dim"], values["max_position_embeddings"])
    full.pop("truncate", None)
    return transformers.Gemma3ForCausalLM, transformers.Gemma3TextConfig(
        **values, attention_bias=r.random() < 0.3, hidden_activation=r.choice(ACTIVATIONS),
        rope_parameters={"full_attention": full,
                         "sliding_attention": {"rope_type": "default",
                                               "rope_theta": r.choice([100.0, 1e4])}},
        sliding_window=window(r), query_pre_attn_scalar=r.choice([3, 16, 144]),
        final_logit_softcapping=r.choice([None, 1.7]))


def phi3(r):
    values = grouped(r, shape(r, has_head_dim=False))
    head_dim = values["hidden_size"] // values["num_attention_heads"]
    parameters = rope(r, head_dim, values["max_position_embeddings"], (1.0, 0.5, 0.75))
    if parameters["rope_type"] not in ("default", "longrope"):
        parameters = {"rope_type": "default", "rope_theta": parameters["rope_theta"],
                      "partial_rotary_factor": parameters.get("partial_rotary_factor", 1.0)}
    original = parameters.pop("original_max_position_embeddings", None)
    parameters.pop("factor", None)
    if original:
        values["original_max_position_embeddings"] = original
    return transformers.Phi3ForCausalLM, transformers.Phi3Config(
        **values, rope_parameters=parameters, sliding_window=r.choice([None, window(r)]))


def gpt2(r):
    heads = r.choice([1, 2, 3, 5])
    return transformers.GPT2LMHeadModel, transformers.GPT2Config(
        vocab_size=tiny_models.VOCABULARY + r.choice([0, 3, 200]),
        n_embd=heads * r.choice([7, 8, 13, 20]), n_layer=r.randint(1, 5), n_head=heads,
        n_positions=r.randint(110, 200), n_inner=r.choice([None, 33, 150]),
        activation_function=r.choice(["gelu_new", "gelu", "gelu_pytorch_tanh", "silu"]),
        layer_norm_epsilon=r.choice([1e-5, 1e-2]), scale_attn_weights=r.random() < 0.7,
        scale_attn_by_inverse_layer_idx=r.random() < 0.4,
        reorder_and_upcast_attn=r.random() < 0.3, tie_word_embeddings=r.random() < 0.6,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=None,
        eos_token_id=tiny_models.END, pad_token_id=None)


def gpt_neox(r):
    values = shape(r, has_head_dim=False)
    head_dim = values["hidden_size"] // values["num_attention_heads"]
    return transformers.GPTNeoXForCausalLM, transformers.GPTNeoXConfig(
        **values, hidden_act=r.choice(["gelu", "gelu_new"]), attention_bias=r.random() < 0.7,
        use_parallel_residual=r.random() < 0.6, layer_norm_eps=r.choice([1e-5, 1e-3]),
        rope_parameters=rope(r, head_dim, values["max_position_embeddings"], (1.0, 0.5, 0.25)))


FAMILIES = {maker.__name__: maker for maker in (
    llama, mistral, qwen2, qwen3, gemma, gemma2, gemma3_text, phi3, gpt2, gpt_neox)}


def config(family, seed):
    """(model class, config)."""
    return FAMILIES[family](random.Random(f"{family} {seed}"))


def adapter(family, seed, base):
    """Settings of an adapter of PEFT for the model: ranks, scales and targets of any kind."""
    r = random.Random(f"{family} {seed} adapter")
    linears = sorted({name.rpartition(".")[2] for name, module in base.named_modules()
                      if isinstance(module, (torch.nn.Linear, Conv1D)) and "lm_head" not in name
                      and "embed_out" not in name})
    targets = r.choice(["all-linear", r.sample(linears, r.randint(1, len(linears)))])
    values = dict(r=r.randint(1, 9), lora_alpha=r.choice([1, 3, 8, 16]), target_modules=targets,
                  use_rslora=r.random() < 0.4)
    if r.random() < 0.5:
        named = linears if targets == "all-linear" else targets
        values["rank_pattern"] = {r.choice(named): r.randint(1, 5)}
        values["alpha_pattern"] = {r.choice(named): r.randint(1, 5)}
    if targets != "all-linear" and r.random() < 0.3:
        values["layers_to_transform"] = [0]
    return values


def model(family, seed):
    return tiny_models.with_random_weights(*config(family, seed), seed)
