// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A PEFT adapter folder: adapter_config.json + adapter_model.safetensors, as transformers + PEFT
// load it.
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters::peft {

extern const Exporter kPeft;

} // namespace engine::exporters::peft
