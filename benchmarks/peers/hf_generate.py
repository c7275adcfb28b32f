# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""hf_generate.py SPEC: greedy generation, or prompt processing alone, with transformers.

With new_tokens = 0 a prompt is only read: one forward pass with the logits of its last token.
"""
import json
import sys
import time

import torch
import transformers


def read_prompt(model, ids):
    logits = model(ids, logits_to_keep=1).logits
    return [logits[0, -1].argmax().item()], []


def write(model, ids, count, with_logprobs=False):
    output = model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=count,
        output_logits=with_logprobs, return_dict_in_generate=True)
    written = output.sequences[0, ids.shape[1]:].tolist()
    logprobs = [logits[0].float().log_softmax(-1)[token].item()
                for logits, token in zip(output.logits or [], written)]
    return written, logprobs


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(spec["threads"])
    model = transformers.AutoModelForCausalLM.from_pretrained(
        spec["model"], dtype=getattr(torch, spec["dtype"]), attn_implementation="sdpa").eval()
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(spec["model"])
    prompts = [tokenizer(text, return_tensors="pt").input_ids for text in spec["prompts"]]
    count = spec["new_tokens"]

    def answer(ids, **options):
        return write(model, ids, count, **options) if count else read_prompt(model, ids)

    with torch.inference_mode():
        _, logprobs = answer(prompts[0], **({"with_logprobs": True} if count else {}))
        answers, seconds = [answer(prompts[0])], []
        print(json.dumps({"ready": True}), flush=True)
        sys.stdin.readline()
        for ids in prompts[1:]:
            start = time.perf_counter()
            answers.append(answer(ids))
            seconds.append(time.perf_counter() - start)
    stops = model.generation_config.eos_token_id
    stops = stops if isinstance(stops, list) else [stops]
    print(json.dumps({
        "prompts": [ids[0].tolist() for ids in prompts], "seconds": seconds, "logprobs": logprobs,
        "ids": [ids[:-1] if ids[-1] in stops and count else ids for ids, _ in answers]}), flush=True)


if __name__ == "__main__":
    main()
