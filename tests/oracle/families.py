# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""What the engine and transformers say of one tiny model of a family, and how far apart they are."""
import json
import pathlib
import tempfile
import warnings

import tokenizers
import torch
from safetensors.torch import load_file

import engine
import peft_side
import tiny_models

PROMPTS = ["Once upon a time", "L", "The little dog ran to the park and", "한글"]
# Tokens of the answers that are compared: past every window and LongRoPE's switch.
NEW_TOKENS = 60


def states(folder, ids, options=()):
    """The engine's hidden states around every block, and what the head reads, as float32."""
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / "hidden.safetensors"
        engine.run("score", "--model", folder, "--ids", ",".join(map(str, ids)), "--hidden", file,
                   *options)
        tensors = load_file(file)
    return [tensors[str(i)] for i in range(len(tensors) - 1)] + [tensors["norm"]]


def reference_states(model, ids):
    """transformers' hidden states, which are those of states() but one: its last is normed."""
    with torch.no_grad():
        found = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    return [state[0].float() for state in found]


def state_errors(actual, expected):
    """The relative distance of every hidden state, the engine's or transformers'."""
    chosen = actual[:len(expected) - 1] + [actual[-1]]
    return [engine.relative_norm(ours, theirs) for ours, theirs in zip(chosen, expected)]


def worst_state(model, folder, ids):
    return max(state_errors(states(folder, ids), reference_states(model, ids)))


def worst_half_state(half, ids):
    """The largest share of what is allowed that a hidden state in bfloat16 is off: 1.5 times
    transformers' own distance to float32, plus 5e-3."""
    exact = reference_states(engine.load_reference(half), ids)
    theirs = state_errors(
        reference_states(engine.load_reference(half, torch.bfloat16), ids), exact)
    ours = state_errors(states(half, ids, ["--dtype", "bfloat16"]), exact)
    return max(mine / (1.5 * reference + 5e-3) for mine, reference in zip(ours, theirs))


def padded_logits(model, sequences):
    """transformers' logits of sequences of unequal length in one right-padded batch."""
    longest = max(map(len, sequences))
    ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids in sequences])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids in sequences])
    with torch.no_grad():
        logits = model(ids, attention_mask=mask).logits.float()
    return [logits[i, :len(ids)] for i, ids in enumerate(sequences)]


def largest_difference(actual, expected):
    return (actual.double() - expected.double()).abs().max().item()


def answers(folder, *options, prompts=PROMPTS):
    """The engine's ids for every prompt."""
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch) / "prompts.jsonl"
        file.write_text("".join(json.dumps(prompt) + "\n" for prompt in prompts))
        return engine.run("generate", "--model", folder, "--prompts", file, "--no-chat-template",
                          "--temperature", 0, "--max-new-tokens", NEW_TOKENS, *options)


def needs_whole_sequence(config):
    """Whether transformers answers otherwise with a cache than without."""
    return "longrope" in json.dumps(config.to_dict().get("rope_parameters")) \
        or getattr(config, "sliding_window", None) == 1


def closest_choice(model, folder, prompt, beams):
    """How close a beam search (greedy: one beam) came to going on elsewhere: the least distance
    between what it kept and what it did not, of the sums' size. transformers' logits, no cache."""
    ids = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")).encode(prompt).ids
    open_beams, closest = [([], 0.0)], 1.0
    for _ in range(NEW_TOKENS):
        with torch.no_grad():
            logits = model(torch.tensor([ids + answer for answer, _ in open_beams])).logits[:, -1]
        grown = []
        for (answer, total), row in zip(open_beams, logits.double().log_softmax(-1)):
            grown += [(answer + [token], total + value)
                      for value, token in zip(*(x.tolist() for x in row.topk(2 * beams + 1)))]
        grown.sort(key=lambda beam: -beam[1])
        going_on = [beam for beam in grown if beam[0][-1] != tiny_models.END]
        for ranked in (grown, going_on):
            kept, left = ranked[beams - 1][1], ranked[beams][1]
            closest = min(closest, (kept - left) / abs(kept))
        open_beams = going_on[:beams]
        if grown[0][0][-1] == tiny_models.END and beams == 1:
            break
    return closest


def expected_ids(model, folder, prompt, **options):
    """transformers' ids for the prompt, without the token that ends them. Where LongRoPE switches,
    Phi-3 of transformers 5 drops its cache and goes on from the last token alone, other models keep
    keys of the shorter context; and the cache of a window of one token keeps all. Without a cache
    it reads the whole sequence, as the engine does."""
    ids = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")).encode(prompt).ids
    with torch.no_grad():
        output = model.generate(
            torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            do_sample=False, max_new_tokens=NEW_TOKENS,
            use_cache=not needs_whole_sequence(model.config), **options)
    new = output[0, len(ids):].tolist()
    return new[:new.index(tiny_models.END)] if tiny_models.END in new else new


def measure(name, folder):
    """{quantity: number} of the family's tiny model; fills `folder`."""
    model = tiny_models.FAMILIES[name]()
    tiny_models.save(model, folder)
    ids = engine.random_ids(tiny_models.CONTEXT, tiny_models.VOCABULARY)
    expected = engine.reference_logits(model, ids)
    result = {"largest": expected.abs().max().item(),
              "logits": largest_difference(engine.logits(folder, ids), expected),
              "states": worst_state(model, folder, ids)}
    # All beyond LongRoPE's switch: in transformers the longest sequence of a batch decides for all.
    sequences = [ids[:90], ids[3:54], ids[50:110]]
    result["padded"] = max(
        largest_difference(engine.logits(folder, sequence), theirs)
        for sequence, theirs in zip(sequences, padded_logits(model, sequences)))
    half = tiny_models.save(model, folder / "half", dtype=torch.bfloat16)
    exact = engine.reference_logits(engine.load_reference(half), ids)
    theirs = engine.reference_logits(engine.load_reference(half, torch.bfloat16), ids)
    ours = engine.logits(half, ids, options=["--dtype", "bfloat16"])
    result["bfloat16"] = engine.relative_norm(ours, exact)
    result["bfloat16_reference"] = engine.relative_norm(theirs, exact)
    result["bfloat16_states"] = worst_half_state(half, ids)
    return result


def measure_adapter(folder):
    """{quantity: number} of an adapter that PEFT makes on every linear layer of the model in
    `folder`: apart, and merged by the engine and read by transformers."""
    with tempfile.TemporaryDirectory() as scratch:
        adapter, merged = pathlib.Path(scratch) / "adapter", pathlib.Path(scratch) / "merged"
        adapted = peft_side.make_adapter(
            engine.load_reference(folder), adapter, target_modules="all-linear")
        ids = engine.random_ids(120, tiny_models.VOCABULARY)
        expected = engine.reference_logits(adapted, ids)
        engine.run("export", "--format", "merged", "--model", folder, "--adapter", adapter,
                   "--out", merged)
        theirs = engine.reference_logits(engine.load_reference(merged), ids)
        return {"adapter_largest": expected.abs().max().item(),
                "adapter": largest_difference(engine.logits(folder, ids, [adapter]), expected),
                "merged": largest_difference(theirs, expected)}


def half_errors(half, adapter, ids):
    """{quantity: relative distance to PEFT's float32 logits} of an adapter on the bfloat16 model in
    `half`: computed in bfloat16 by the engine and by PEFT ("…_reference"), and of each one's merged
    bfloat16 model, computed by transformers in float32 and in bfloat16."""
    def adapted(dtype):
        return peft_side.load_adapter(engine.load_reference(half, dtype), adapter,
                                      ignored_warning=".*(tie|fan_in_fan_out).*")

    exact = engine.reference_logits(adapted(torch.float32), ids)
    theirs = adapted(torch.bfloat16)
    logits = {"half_adapter": engine.logits(half, ids, [adapter], ["--dtype", "bfloat16"]),
              "half_adapter_reference": engine.reference_logits(theirs, ids)}
    with tempfile.TemporaryDirectory() as scratch:
        merged, peft_merged = pathlib.Path(scratch) / "ours", pathlib.Path(scratch) / "peft"
        engine.run("export", "--format", "merged", "--model", half, "--adapter", adapter,
                   "--out", merged)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about tied weights
            theirs.merge_and_unload().save_pretrained(peft_merged)
        for name, folder in (("", merged), ("_reference", peft_merged)):
            model = engine.load_reference(folder, "auto")
            if {tensor.dtype for tensor in model.parameters()} != {torch.bfloat16}:
                raise AssertionError(f"{folder.name}: the merged model is not in bfloat16")
            logits[f"half_merged_computed{name}"] = engine.reference_logits(model, ids)
            logits[f"half_merged{name}"] = engine.reference_logits(model.float(), ids)
    return {what: engine.relative_norm(values, exact) for what, values in logits.items()}


def measure_half_adapter(name, folder):
    """half_errors() of an adapter that PEFT makes on every linear layer of the family's tiny model
    in bfloat16; fills `folder`."""
    half = tiny_models.save(tiny_models.FAMILIES[name](), folder / "half", dtype=torch.bfloat16)
    adapter = folder / "half_adapter"
    peft_side.make_adapter(engine.load_reference(half, torch.bfloat16), adapter,
                           target_modules="all-linear")
    return half_errors(half, adapter, engine.random_ids(120, tiny_models.VOCABULARY))
