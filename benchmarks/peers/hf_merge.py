# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""hf_merge.py SPEC: merges an adapter with PEFT and saves the model, synced to the disk."""
import json
import os
import pathlib
import sys

import peft
import torch
import transformers

with open(sys.argv[1], encoding="utf-8") as file:
    spec = json.load(file)
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(spec["threads"])
base = transformers.AutoModelForCausalLM.from_pretrained(spec["model"], dtype=torch.bfloat16)
peft.PeftModel.from_pretrained(base, spec["adapter"]).merge_and_unload().save_pretrained(spec["out"])
for path in pathlib.Path(spec["out"]).glob("*.safetensors"):
    with open(path, "rb") as file:
        os.fsync(file.fileno())
