// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A loralib checkpoint, lora.pt, as loralib's lora_state_dict() is saved, and beside it lora.json
// with what the code that loads it must know: r, lora_alpha, enable_lora, fan_in_fan_out. Source:
// microsoft/LoRA (loralib/layers.py, loralib/utils.py).
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters::loralib {

extern const Exporter kLoralib;

} // namespace engine::exporters::loralib
