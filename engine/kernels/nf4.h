// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Weights in 4-bit NormalFloat with double quantisation, as bitsandbytes stores them, back to
// numbers. Source: Dettmers et al. 2023 (QLoRA), section 3; bitsandbytes functional.py,
// dequantize_4bit. About 0.52 bytes per weight.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace engine::kernels {

using at::Tensor;

struct Nf4Weight
{
    Tensor codes;               // uint8 [(numbers + 1) / 2], two a byte, the first in the high half
    Tensor scales;              // per block: uint8 (double quantisation) or float32 [blocks]
    Tensor scaleTable;          // float32 [256], what a uint8 scale stands for; else undefined
    Tensor scaleScales;         // float32 [blocks / scaleBlock, rounded up]; else undefined
    double offset = 0;          // mean of the scales, added after the double quantisation
    int64_t block = 64;         // numbers per scale, a multiple of 8
    int64_t scaleBlock = 256;   // scales per scale of scales
    std::vector<int64_t> shape; // of the weight

    int64_t numbers() const;
};

// The weight in `type` (float32 or a half type), rounded once. Throws c10::Error when the parts do
// not fit each other. Without gradients.
Tensor dequantizeNf4(const Nf4Weight& weight, at::ScalarType type);

} // namespace engine::kernels
