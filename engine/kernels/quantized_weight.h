// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A frozen weight [out, in] in 4 or 8 bits, whichever form it has. Packing and unpacking give the
// numbers of bitsandbytes bit for bit.
#pragma once

#include "engine/kernels/int8.h"
#include "engine/kernels/nf4.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <variant>
#include <vector>

namespace engine::kernels {

enum class Quantization { None, Nf4, Int8 };

struct QuantizedWeight
{
    std::variant<Nf4Weight, Int8Weight> packed;
    // What numbers are rounded to when unpacked, before the computing type: for NF4 that of the
    // weight that was packed (quant_state.dtype of bitsandbytes), for int8 float32.
    at::ScalarType dtype = at::kFloat;

    Quantization quantization() const;
    std::vector<int64_t> shape() const;
    int64_t rows() const { return shape().front(); }
    int64_t columns() const { return shape().back(); }
    // Of codes and scales; the table that all weights share is not counted.
    int64_t bytes() const;
    at::Device device() const;
};

// Of a weight [out, in] with any strides, in float32, bfloat16 or float16. `doubleQuant` is about
// NF4: its scales in 8 bits. int8 goes through float16, as Int8Params of bitsandbytes. Parallel;
// call it outside of parallel regions. Needs the packed form and, for weights with strides, a copy.
// Throws Failure(non_finite) naming the place of the number, Failure(unsupported) for int8 of
// numbers beyond float16, c10::Error for other types.
QuantizedWeight quantize(const Tensor& weight, Quantization form, bool doubleQuant = true);

// The weight [out, in] in the computing type (float64, float32 or a half type). Without gradients.
// Throws c10::Error when the parts do not fit each other.
Tensor dequantize(const QuantizedWeight& weight, at::ScalarType compute);

// The same into memory that is there: [out, in], float32 or a half type, contiguous, on the
// processor. Parallel.
void dequantizeInto(const QuantizedWeight& weight, Tensor& result);

// Rows [firstRow, firstRow + rows), of each the columns [firstColumn, firstColumn + columns), the
// numbers of dequantize, on the calling thread, for weights in this machine's memory. Allocates
// nothing, checks nothing; any number of threads at once.
//   type       float32, bfloat16 or float16: of `to`
//   toStride   numbers from one row of `to` to the next
void unpackRows(const QuantizedWeight& weight,
                int64_t firstRow,
                int64_t rows,
                int64_t firstColumn,
                int64_t columns,
                at::ScalarType type,
                void* to,
                int64_t toStride);

} // namespace engine::kernels
