// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Weights in 4-bit NormalFloat with double quantisation, as bitsandbytes makes and stores them, and
// back to numbers. Source: Dettmers et al. 2023 (QLoRA), section 3; bitsandbytes functional.py,
// quantize_4bit and dequantize_4bit, backends/default/ops.py. About 0.52 bytes per weight.
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
    int64_t bytes() const; // without the table
};

// Each block divided by its largest magnitude, each number by the nearest of the table. With
// `doubleQuant` the scales less their mean become 8-bit codes of DynamicMap::ofSigned(), 256 a
// block; the mean is LibTorch's, so its last bit depends on the number of threads for 2 million
// numbers and more, as it does in bitsandbytes.
//   weight  any shape, float32 or a half type, contiguous, on the processor
//   block   32 … 4096, a power of two
// Parallel; call it outside of parallel regions. Throws Failure(non_finite) naming the first number
// that is none.
Nf4Weight quantizeNf4(const Tensor& weight, bool doubleQuant, int64_t block = 64);

// Throws c10::Error when the parts do not fit each other.
void checkParts(const Nf4Weight& weight);

// The weight in `type` (float32 or a half type), rounded once. Throws c10::Error when the parts do
// not fit each other. Without gradients.
Tensor dequantizeNf4(const Nf4Weight& weight, at::ScalarType type);

// The numbers [first, first + count), rounded to `dtype` and then to T (float, c10::BFloat16,
// c10::Half), on the calling thread. Allocates nothing, checks nothing. passesCache: for numbers
// that are not read soon, written past the caches, which saves reading their place first; the
// caller fences (_mm_sfence) before another thread reads them.
template <typename T>
void unpackNumbers(const Nf4Weight& weight,
                   int64_t first,
                   int64_t count,
                   at::ScalarType dtype,
                   T* to,
                   bool passesCache = false);

} // namespace engine::kernels
