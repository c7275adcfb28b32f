// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What blocks that run part by part, and a head whose logits are made whole, keep for the backward
// and hold at most: the saved sets of rms_norm.h, lora_linear.h, attention.h, gated_mlp.h,
// rescaled.h and cross_entropy.h, and what LibTorch's operators keep between them. Bytes.
#pragma once

#include "engine/estimate/block_use.h"

namespace engine::estimate {

struct StepSettings;

struct ComposedMemory
{
    int64_t kept = 0;   // when the backward begins
    int64_t most = 0;   // at any time
    int64_t copies = 0; // of weights in the computing type, kept as well
};

ComposedMemory
composedMemory(const ModelUse& use, const nn::Blueprint& blueprint, const StepSettings& settings);

} // namespace engine::estimate
