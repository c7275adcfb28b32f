// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What config.json says of weights that are stored quantised: `quantization_config` as transformers
// writes it for bitsandbytes.
#pragma once

#include "engine/kernels/quantized_weight.h"
#include "engine/models/model_config.h"

#include <string_view>

namespace engine::models {

struct StoredQuantization
{
    kernels::Quantization kind = kernels::Quantization::None;
    bool doubleQuant = false;                // of nf4: the scales are quantised too
    at::ScalarType computeType = at::kFloat; // of nf4: what bitsandbytes multiplies in

    bool isNone() const { return kind == kernels::Quantization::None; }
};

// "nf4", "int8"; "none".
std::string_view nameOf(kernels::Quantization quantization);

// None without the field. Throws Failure(unsupported) naming what cannot be read: GPTQ, AWQ and
// every other method, FP4, 4-bit codes that are stored as something else than bytes.
StoredQuantization storedQuantizationOf(const ModelConfig& config);

// `quantization_config` of a checkpoint with that quantisation; `computeType` is what weights were
// before and transformers computes in. Source: transformers, utils/quantization_config.py.
contract::Value quantizationConfig(const StoredQuantization& quantization);

} // namespace engine::models
