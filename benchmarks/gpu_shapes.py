# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""The models and sizes of the GPU's matrix, and what a step of them costs in FLOPs."""

RANK, ALPHA = 16, 32
PEAKS = {"790": 790e12, "989": 989e12}  # a product measured on an H200, and its data sheet's

# The five models' shapes as the engine's Llama family computes them. Qwen2.5 adds biases to q, k
# and v, which are not there: 0.01 % of its products.
SHAPES = {
    "Llama-3.1-8B": {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
                     "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128,
                     "vocab_size": 128256, "tie_word_embeddings": False},
    "Qwen2.5-7B": {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
                   "num_attention_heads": 28, "num_key_value_heads": 4, "head_dim": 128,
                   "vocab_size": 152064, "tie_word_embeddings": False},
    "Llama-3.2-3B": {"hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 28,
                     "num_attention_heads": 24, "num_key_value_heads": 8, "head_dim": 128,
                     "vocab_size": 128256, "tie_word_embeddings": True},
    "Llama-3.2-1B": {"hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16,
                     "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64,
                     "vocab_size": 128256, "tie_word_embeddings": True},
    "Qwen2.5-0.5B": {"hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
                     "num_attention_heads": 14, "num_key_value_heads": 2, "head_dim": 64,
                     "vocab_size": 151936, "tie_word_embeddings": True},
}
COMMON = {"model_type": "llama", "max_position_embeddings": 8192, "rope_theta": 500000.0,
          "rms_norm_eps": 1e-5, "bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0}

TOKENS = (512, 2048, 8192, 32768)  # of a micro-batch
LONGEST = 4096  # of a sequence


def batch_of(tokens):
    """Sequences of a micro-batch and their length."""
    length = min(tokens, LONGEST)
    return tokens // length, length


def cases():
    """(shape, tokens) of section 6's matrix: the two largest not at 512."""
    return [(name, tokens) for name, shape in SHAPES.items() for tokens in TOKENS
            if tokens > 512 or shape["num_hidden_layers"] * shape["hidden_size"] < 90000]


def linears(shape):
    """(name, inputs, outputs) of a block's linear layers."""
    width, inner = shape["hidden_size"], shape["intermediate_size"]
    queries = shape["num_attention_heads"] * shape["head_dim"]
    keys = shape["num_key_value_heads"] * shape["head_dim"]
    return [("self_attn.q_proj", width, queries), ("self_attn.k_proj", width, keys),
            ("self_attn.v_proj", width, keys), ("self_attn.o_proj", queries, width),
            ("mlp.gate_proj", width, inner), ("mlp.up_proj", width, inner),
            ("mlp.down_proj", inner, width)]


def matmul_weights(shape):
    """Weights that every token is multiplied with: all linear layers and the head, tied or not."""
    return (shape["num_hidden_layers"] * sum(i * o for _, i, o in linears(shape))
            + shape["hidden_size"] * shape["vocab_size"])


def lora_weights(shape):
    return shape["num_hidden_layers"] * RANK * sum(i + o for _, i, o in linears(shape))


def attention_flops(shape, length):
    """Forward, per token of a causal sequence of that length."""
    heads = shape["num_attention_heads"] * shape["head_dim"]
    return 4 * length * heads * shape["num_hidden_layers"] / 2


def training_flops(shape, length):
    """Per token of a LoRA step: 4 N + 3 A + 6 N_lora. Recomputation never counts."""
    return (4 * matmul_weights(shape) + 3 * attention_flops(shape, length)
            + 6 * lora_weights(shape))


def utilisation(shape, length, tokens_per_second):
    """Model FLOPs utilisation against each peak."""
    flops = tokens_per_second * training_flops(shape, length)
    return {name: flops / peak for name, peak in PEAKS.items()}


def stored_bytes(shape):
    """Of the model in bfloat16, on disk and on the device."""
    embedding = 0 if shape["tie_word_embeddings"] else shape["hidden_size"] * shape["vocab_size"]
    return 2 * (matmul_weights(shape) + embedding)
