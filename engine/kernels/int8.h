// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Weights in 8 bits with a scale per row. Source: Dettmers et al. 2022 (LLM.int8()), section 2;
// bitsandbytes backends/default/ops.py, int8_vectorwise_quant and int8_vectorwise_dequant.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace engine::kernels {

using at::Tensor;

struct Int8Weight
{
    Tensor codes;  // int8 [rows, columns], contiguous
    Tensor scales; // float32 [rows]: the largest magnitude of each

    int64_t bytes() const { return codes.numel() + 4 * scales.numel(); }
};

// code = number · (1 / scale · 127), rounded to nearest even.
//   weight  [rows, columns], float32 or a half type, contiguous, on the processor
// Parallel. Throws Failure(non_finite) naming the first number that is none.
Int8Weight quantizeInt8(const Tensor& weight);

// Throws c10::Error when codes and scales do not fit each other.
void checkParts(const Int8Weight& weight);

// code · scale · (1 / 127) in float32, as it is, on any device: [rows, columns].
Tensor dequantizeInt8(const Int8Weight& weight);

// As unpackRows of quantized_weight.h, the numbers rounded to `dtype` on the way. passesCache: as
// unpackNumbers of nf4.h.
template <typename T>
void unpackRow(const Int8Weight& weight,
               int64_t row,
               int64_t firstColumn,
               int64_t columns,
               at::ScalarType dtype,
               T* to,
               bool passesCache = false);

} // namespace engine::kernels
