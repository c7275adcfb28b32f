// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A complete model folder with the adapters merged into the weights: what transformers, llama.cpp's
// converter, Ollama and mlx load without knowing about adapters.
#pragma once

#include "engine/exporters/exporter.h"

namespace engine::exporters::merged {

extern const Exporter kMerged;

} // namespace engine::exporters::merged
