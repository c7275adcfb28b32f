// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Some rows of a quantised weight made dense, never all of them: those that an embedding looks up,
// and a part at a time of a weight as large as an output head.
#pragma once

#include "engine/kernels/quantized_weight.h"

namespace engine::kernels {

// ids int64 [n] → those rows, float32 [n, in], the numbers of dequantize(). A row may begin and end
// inside a block. Without gradients. Parallel; call it outside of parallel regions. Throws
// c10::IndexError for a row that the weight has not.
Tensor gatherRows(const QuantizedWeight& weight, const Tensor& ids);

// The same by LibTorch's operators, on any device and without a wait for it; ids are not checked.
// Where a row begins inside a block of NF4, the whole weight is dense for a moment. Source:
// bitsandbytes nn/modules.py, Embedding4bit.
Tensor composedRows(const QuantizedWeight& weight, const Tensor& ids);

// x Wᵀ + bias of a weight in this machine's memory, [tokens, out] in x's type, with at most
// kDenseNumbers of its numbers dense at a time.
//   x     [tokens, in]
//   bias  [out] in x's type, or undefined
//   y     [tokens, out] in x's type, written
inline constexpr int64_t kDenseNumbers = int64_t{1} << 22;
void multiplyOutput(const Tensor& x, const QuantizedWeight& weight, const Tensor& bias, Tensor& y);
// The same as a new tensor.
Tensor multiplyOutput(const Tensor& x, const QuantizedWeight& weight, const Tensor& bias);

// g W, [tokens, in] in g's type: sums of half types are kept in float32 between the parts.
//   g  [tokens, out]
Tensor multiplyInput(const Tensor& g, const QuantizedWeight& weight);

} // namespace engine::kernels
