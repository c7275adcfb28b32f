// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Bytes of a frozen model, from its shapes alone.
#pragma once

#include "engine/kernels/quantized_weight.h"
#include "engine/nn/blueprint.h"

#include <cstdint>

namespace engine::estimate {

// The form in which a model is held.
struct HeldWeights
{
    int64_t numberBytes = 2; // of one number that is not packed
    kernels::Quantization quantization = kernels::Quantization::None; // of the blocks' layers
    bool doubleQuant = true;
    bool hasEmbeddings = false; // token embedding and output head are packed, too
};

// Of a packed weight [out, in], as QuantizedWeight::bytes() counts. NF4: N/2 and 4 bytes per 64
// numbers, with double quantisation 1 and 4 more per 256 of these, 0.515869 a number; int8: N and 4
// a row. Source: Dettmers et al. 2023 (QLoRA), section 3.
int64_t packedBytes(int64_t out, int64_t in, kernels::Quantization quantization, bool doubleQuant);

int64_t weightBytes(const nn::Blueprint& blueprint, const HeldWeights& held);

// The most that products make dense at a time: the layers that read one input; 0 where nothing is
// packed.
int64_t
unpackedBytes(const nn::Blueprint& blueprint, const HeldWeights& held, int64_t computeBytes);

} // namespace engine::estimate
