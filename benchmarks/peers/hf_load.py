# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""hf_load.py SPEC: opens a model with transformers and scores a few tokens."""
import json
import sys

import torch
import transformers

with open(sys.argv[1], encoding="utf-8") as file:
    spec = json.load(file)
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(spec["threads"])
model = transformers.AutoModelForCausalLM.from_pretrained(spec["model"], dtype=torch.bfloat16)
ids = torch.tensor([spec["ids"]])
with torch.inference_mode():
    logits = model(ids).logits[0].float()
loss = torch.nn.functional.cross_entropy(logits[:-1], ids[0, 1:])
print(json.dumps({"mean_nll": loss.item()}), flush=True)
