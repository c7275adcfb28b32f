# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/models.md: families, what each is made of, and how far the engine is from transformers,
measured now. LORA_ENGINE names the program."""
import pathlib
import tempfile
import torch
import transformers

import engine
import families
import tiny_models

PAGE = engine.ROOT / "docs/models.md"
# What a family's parts are; the tiny models below show each at work.
FEATURES = [
    ("`llama`", "Llama 1–3, TinyLlama, SmolLM", "RoPE plain, linear, dynamic, yarn, llama3, longrope; biases of "
     "attention and MLP; `head_dim`; tied or not", "packed"),
    ("`mistral`", "Mistral 7B, Nemo, Zephyr", "+ sliding window in every block (null: none), `head_dim` of its own",
     "packed"),
    ("`qwen2`", "Qwen 2, 2.5", "+ biases of q, k, v; windows by `use_sliding_window` and `max_window_layers` or "
     "`layer_types`", "packed"),
    ("`qwen3`", "Qwen 3 (dense)", "+ norms over heads of q and k, `head_dim`", "packed"),
    ("`gemma`", "Gemma 1", "norms 1 + w, embeddings × √hidden, GELU-gated MLP, tied", "packed"),
    ("`gemma2`", "Gemma 2", "+ norms after sub-layers, soft caps of scores and logits, `query_pre_attn_scalar`, "
     "a window in every other block", "packed"),
    ("`gemma3_text`, `gemma3`", "Gemma 3 (the text model of those that see images)", "+ norms over heads, 5 windows : 1 full, a rotary base for each, scaling "
     "of the full one", "packed"),
    ("`phi3`", "Phi 3, 3.5, 4", "`qkv_proj` and `gate_up_proj` with slices q k v gate up, longrope, part of a head "
     "turned", "packed up to the first context"),
    ("`gpt2`", "GPT-2", "LayerNorm, learned positions, fused `c_attn` with slices q k v, scaling by layer", "packed"),
    ("`gpt_neox`", "Pythia, GPT-NeoX", "LayerNorm, part of a head turned, parallel sub-layers or not, "
     "`query_key_value` by head with slices q k v, `embed_out`", "packed"),
]


def same_answers(name, folder, ours=(), theirs=None):
    """How many of the prompts' answers are transformers' ids."""
    model = tiny_models.FAMILIES[name]()
    given = families.answers(folder, *ours)
    return sum(answer["ids"] == families.expected_ids(model, folder, prompt, **(theirs or {}))
               for prompt, answer in zip(families.PROMPTS, given))


def row(name):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        found = {**families.measure(name, folder), **families.measure_adapter(folder),
                 **families.measure_half_adapter(name, folder)}
        greedy = same_answers(name, folder)
        beams = same_answers(name, folder, ("--beams", 4, "--length-penalty", 0.8),
                             {"num_beams": 4, "length_penalty": 0.8})
    count = len(families.PROMPTS)
    return (f"| {name} | {found['logits']:.1e} of {found['largest']:.1f} | {found['padded']:.1e} "
            f"| {found['states']:.1e} | {found['bfloat16']:.2e} ({found['bfloat16_reference']:.2e}) "
            f"| {greedy}/{count} | {beams}/{count} | {found['adapter']:.1e} | {found['merged']:.1e} "
            + "".join(f"| {found[what]:.2e} ({found[what + '_reference']:.2e}) "
                      for what in ("half_adapter", "half_merged")) + "|")


def page():
    yield "# Models"
    yield ""
    yield ("Made by `tests/oracle/make_models_page.py`; `./studio test oracle` checks the same numbers "
           "against their limits (`tests/oracle/test_families.py`).")
    yield ""
    yield ("A family is known by `model_type`. What a config asks for and the engine lacks — mixtures of "
           "experts, weights quantised otherwise than by bitsandbytes, attention to later tokens, other activations or rotary "
           "scalings — is refused naming the field.")
    yield ("**On CPU**: *packed* blocks run as one function over packed weights, *parts* run part by part "
           "(slower, the same numbers); the first context of longrope counts once a sequence is longer.")
    yield ""
    yield ("Weights: safetensors or torch's `pytorch_model.bin` (read by a pickle reader that runs nothing), one file "
           "or shards, float32, bfloat16 or float16. A field that a config leaves out has the default of "
           "transformers' class. A merged `gemma3` is written as a text model alone.")
    yield ""
    yield "| `model_type` | Models | Parts | On CPU |"
    yield "|---|---|---|---|"
    for family in FEATURES:
        yield "| " + " | ".join(family) + " |"
    yield ""
    yield "## Measured"
    yield ""
    yield (f"Tiny random models (2–7 blocks, {tiny_models.CONTEXT} tokens, windows and switches inside them) "
           f"against transformers {transformers.__version__} with PyTorch {torch.__version__.split('+')[0]}, "
           "both on CPU.")
    yield ("Logits: largest difference, of the largest logit; of right-padded batches likewise. States: largest "
           "relative distance of a hidden state around any block. bfloat16: relative distance to float32, "
           "transformers' own in brackets. Answers: of "
           f"{len(families.PROMPTS)} prompts, {families.NEW_TOKENS} tokens each, those with transformers' ids; "
           "4 beams with length penalty 0.8. Adapter: largest difference of the logits with an adapter that PEFT "
           "made on every linear layer; merged: of the merged model in transformers. The last two: both in "
           "bfloat16, relative distance to float32, PEFT's own in brackets.")
    yield ""
    yield ("| Model | Logits | Padded | States | bfloat16 | Greedy | Beams | Adapter | Merged "
           "| Adapter, bfloat16 | Merged, bfloat16 |")
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for name in tiny_models.FAMILIES:
        yield row(name)


if __name__ == "__main__":
    PAGE.write_text("\n".join(page()) + "\n")
