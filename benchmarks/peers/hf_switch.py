# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
"""hf_switch.py SPEC: switches between two loaded adapters with PEFT's set_adapter."""
import json
import sys
import time

import peft
import torch
import transformers

SWITCHES = 200

with open(sys.argv[1], encoding="utf-8") as file:
    spec = json.load(file)
transformers.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
torch.set_num_threads(spec["threads"])
base = transformers.AutoModelForCausalLM.from_pretrained(spec["model"], dtype=torch.float32)
model = peft.PeftModel.from_pretrained(base, spec["adapters"][0], adapter_name="0")
model.load_adapter(spec["adapters"][1], adapter_name="1")


def switches():
    for number in range(1, SWITCHES + 1):
        start = time.perf_counter()
        model.set_adapter(str(number % 2))
        yield time.perf_counter() - start


list(switches())
print(json.dumps({"ready": True}), flush=True)
sys.stdin.readline()
print(json.dumps({"seconds": list(switches())}), flush=True)
