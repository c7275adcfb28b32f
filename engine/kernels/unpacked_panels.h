// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Parts of weights for the packed kernels, made where they are needed from weights as they are
// kept, dense or quantised: in panels for products with many rows, or, of quantised ones,
// multiplied at once with a single one. Plain functions on the calling thread; weights are in this
// machine's memory.
#pragma once

#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/quantized_weight.h"

namespace engine::kernels {

// A rectangle of a weight.
struct WeightPart
{
    int64_t row = 0;
    int64_t rows = 0;
    int64_t column = 0;
    int64_t columns = 0;
};

// A weight as it is kept: the view, or quantised.
struct StoredWeight
{
    WeightView dense;
    const QuantizedWeight* quantized = nullptr;
};

// As packForOutput: the part's rows are features from `feature` (a multiple of 16) on, its columns
// depths from 0 on. What pads a panel of fewer rows, or an odd depth, becomes 0.
void unpackForOutput(const StoredWeight& weight,
                     const WeightPart& part,
                     int64_t feature,
                     PackedMatrix& result);

// As packForInput: the part's columns, from a multiple of 16 on, are the features of the same
// numbers, its rows depths from `depth` (even) on. Padding stays as it is.
void unpackForInput(const StoredWeight& weight,
                    const WeightPart& part,
                    int64_t depth,
                    PackedMatrix& result);

// y[i] = Σ W[row + i][column + k] x[k] for up to 16 rows, in float32. Requires decodeKernels().
//   x  [columns]   y  [rows]
void multiplyRows(const QuantizedWeight& weight, const WeightPart& part, const float* x, float* y);

} // namespace engine::kernels
