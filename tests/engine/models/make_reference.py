# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes reference.json: what transformers computes with tiny models of every family whose weights
are the fixed numbers of tests/support/tiny_models.h. Run with the Python of ./studio test oracle."""
import json
import pathlib

import torch
import transformers

TOKENS = 48
SMALL = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, vocab_size=40, max_position_embeddings=64, rms_norm_eps=1e-5,
             bos_token_id=None, eos_token_id=None, pad_token_id=None)
NEOX = {key: value for key, value in SMALL.items()
        if key not in ("num_key_value_heads", "rms_norm_eps")}
GPT2 = dict(n_embd=32, n_layer=2, n_head=4, n_positions=64, vocab_size=40, bos_token_id=None,
            eos_token_id=None)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)
LONGROPE = dict(type="longrope", short_factor=[1.0, 1.2, 1.5], long_factor=[1.0, 2.0, 4.0])

# The fields as files of transformers 4 and 5 have them; "old" is the former.
CONFIGS = {
    "llama": dict(SMALL, model_type="llama"),
    "llama biases": dict(SMALL, model_type="llama", attention_bias=True, mlp_bias=True, head_dim=12,
                         tie_word_embeddings=True),
    "llama llama3 old": dict(SMALL, model_type="llama", rope_theta=500000.0, rope_scaling=LLAMA3),
    "llama llama3": dict(SMALL, model_type="llama",
                         rope_parameters=dict(LLAMA3, rope_theta=500000.0)),
    "llama linear": dict(SMALL, model_type="llama",
                         rope_parameters=dict(rope_type="linear", factor=3.0, rope_theta=1e4)),
    "llama yarn": dict(SMALL, model_type="llama", rope_parameters=dict(
        rope_type="yarn", factor=4.0, rope_theta=1e4, original_max_position_embeddings=16)),
    "llama yarn old": dict(SMALL, model_type="llama", rope_theta=100.0, rope_scaling=dict(
        type="yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=8.0, beta_slow=2.0,
        attention_factor=1.3)),
    "llama dynamic": dict(SMALL, model_type="llama", max_position_embeddings=24,
                          rope_scaling=dict(type="dynamic", factor=3.0)),
    "mistral": dict(SMALL, model_type="mistral", sliding_window=7, head_dim=6),
    "mistral no window": dict(SMALL, model_type="mistral", sliding_window=None),
    "qwen2": dict(SMALL, model_type="qwen2", use_sliding_window=False, sliding_window=4,
                  max_window_layers=0, tie_word_embeddings=True),
    "qwen2 windows": dict(SMALL, model_type="qwen2", use_sliding_window=True, sliding_window=9,
                          max_window_layers=1),
    "qwen3": dict(SMALL, model_type="qwen3", head_dim=12),
    "qwen3 kinds": dict(SMALL, model_type="qwen3", head_dim=12, attention_bias=True,
                        use_sliding_window=True, sliding_window=9,
                        layer_types=["sliding_attention", "full_attention"]),
    "gemma": dict(SMALL, model_type="gemma", head_dim=12),
    "gemma2": dict(SMALL, model_type="gemma2", head_dim=12, sliding_window=9,
                   query_pre_attn_scalar=10, attn_logit_softcapping=5.0,
                   final_logit_softcapping=4.0),
    "gemma3": dict(SMALL, model_type="gemma3_text", head_dim=12, num_hidden_layers=7,
                   sliding_window=9, query_pre_attn_scalar=10, rope_parameters=dict(
                       full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e6),
                       sliding_attention=dict(rope_type="default", rope_theta=1e4))),
    "gemma3 old": dict(SMALL, model_type="gemma3_text", head_dim=12, num_hidden_layers=3,
                       sliding_window=9, sliding_window_pattern=2, query_pre_attn_scalar=10,
                       rope_theta=2e5, rope_local_base_freq=500.0,
                       rope_scaling=dict(rope_type="linear", factor=8.0)),
    "phi3": dict(SMALL, model_type="phi3"),
    "phi3 longrope old": dict(SMALL, model_type="phi3", original_max_position_embeddings=16,
                              partial_rotary_factor=0.75, rope_scaling=LONGROPE,
                              sliding_window=11),
    "gpt2": dict(GPT2, model_type="gpt2"),
    "gpt2 scaled by layer": dict(GPT2, model_type="gpt2", scale_attn_by_inverse_layer_idx=True,
                                 n_inner=40, activation_function="gelu"),
    "gpt_neox": dict(NEOX, model_type="gpt_neox"),
    "gpt_neox sequential old": dict(NEOX, model_type="gpt_neox", use_parallel_residual=False,
                                    rotary_pct=0.5, rotary_emb_base=500, layer_norm_eps=1e-3),
}


def numbers(shape, seed):
    """tests/support/gradient_check.h, numbers()."""
    count = shape.numel()
    index = torch.arange(seed * 7919, seed * 7919 + count, dtype=torch.double)
    return torch.sin(index * index * 0.7311 + index).reshape(shape)


def fill(model):
    """tests/support/tiny_models.h, tinyWeights()."""
    stored = {("embed_out.weight" if name == "lm_head.weight"
               and model.config.model_type == "gpt_neox" else name): parameter
              for name, parameter in model.named_parameters()}
    for seed, (name, parameter) in enumerate(sorted(stored.items()), start=1):
        is_norm = parameter.dim() == 1 and not name.endswith(".bias")
        centre = 1.0 if is_norm and "gemma" not in model.config.model_type else 0.0
        parameter.data = (numbers(parameter.shape, seed) * 0.3 + centre).float()


def rounded(tensor):
    return [float(f"{value:.8g}") for value in tensor.double().flatten().tolist()]


def entry(name, fields):
    fields = dict(fields)
    config = transformers.AutoConfig.for_model(**json.loads(json.dumps(fields)))
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config).float().eval()
    fill(model)
    ids = (torch.arange(3, 3 + TOKENS) * 17) % 40
    with torch.no_grad():
        output = model(ids[None], output_hidden_states=True)
    positions = [2, 23, TOKENS - 1]
    return {"name": name, "config": fields, "tokens": TOKENS, "positions": positions,
            "states": [rounded(state[0, -1, :6]) for state in output.hidden_states[:-1]],
            "logits": [rounded(output.logits[0, position]) for position in positions]}


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    entries = [json.dumps(entry(name, fields)) for name, fields in CONFIGS.items()]
    pathlib.Path(__file__).with_name("reference.json").write_text(
        "[\n" + ",\n".join(entries) + "\n]\n")
