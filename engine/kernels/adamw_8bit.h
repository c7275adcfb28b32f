// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdamW whose moments lie in 8 bits between steps, as bitsandbytes' AdamW8bit on a processor, to
// the bit. Source: Dettmers et al. 2022 (8-bit Optimizers via Block-wise Quantization);
// bitsandbytes backends/cpu/ops.py, optimizer_update_8bit_blockwise and optimizer_update_32bit.
#pragma once

#include "engine/kernels/adamw.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace engine::kernels {

inline constexpr int64_t kMomentBlock = 256;
// Tensors with fewer numbers keep float32 moments (bitsandbytes' min_8bit_size).
inline constexpr int64_t kSmallestPackedTensor = 4096;

constexpr bool hasPackedMoments(int64_t numbers)
{
    return numbers >= kSmallestPackedTensor;
}

constexpr int64_t momentBlocks(int64_t numbers)
{
    return (numbers + kMomentBlock - 1) / kMomentBlock;
}

// Both moments of a tensor.
constexpr int64_t momentBytes(int64_t numbers)
{
    return hasPackedMoments(numbers) ? 2 * (numbers + 4 * momentBlocks(numbers)) : 8 * numbers;
}

// All zero at the start.
struct PackedMoments
{
    at::Tensor firstCodes;   // uint8 [numbers] of the signed dynamic map
    at::Tensor firstScales;  // float32 [momentBlocks(numbers)]
    at::Tensor secondCodes;  // uint8 [numbers] of the unsigned one
    at::Tensor secondScales; // float32 [momentBlocks(numbers)]
};

// Unpacks, updates and packs again, a part at a time: needs 3 MiB beside its arguments.
//   parameters, gradients  [numbers], float32, contiguous, on the processor
//   step                   from 1, for the bias correction
void adamw8bitStep(Tensor& parameters,
                   const Tensor& gradients,
                   PackedMoments& moments,
                   int64_t step,
                   const AdamwSettings& settings);

// The step of the small tensors beside them, with moments in float32: that of adamwStep but for the
// order of its roundings.
void adamw8bitSmallStep(Tensor& parameters,
                        const Tensor& gradients,
                        Tensor& m,
                        Tensor& v,
                        int64_t step,
                        const AdamwSettings& settings);

} // namespace engine::kernels
