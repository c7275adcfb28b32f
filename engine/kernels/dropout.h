// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Dropout whose mask is a pure function of (seed, element index): nothing is stored, the backward
// makes it again. Source: Philox4x32-10, Salmon et al. 2011 (Parallel random numbers: as easy as 1,
// 2, 3).
#pragma once

#include "engine/kernels/block_rows.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace engine::kernels {

using at::Tensor;

// M ⊙ x with M = 0 with the given probability, else 1 / (1 - probability). Element i (row-major) is
// dropped when word i % 4 of device::philox({i / 4, 0}, seed) is below probability · 2^32; the mask
// depends on neither shape, type nor threads.
//   x            any shape, floating point
//   probability  in [0, 1); 0 returns x itself
// Linear in x and its own transpose: the gradient of x is counterDropout(gradient, probability,
// seed). Not tracked by autograd: called inside Functions.
Tensor counterDropout(const Tensor& x, double probability, uint64_t seed);

// The same mask on raw memory, on the calling thread: mask[i] is the factor of element first + i.
void dropoutMask(float* mask, int64_t first, int64_t count, double probability, uint64_t seed);

// y = mask ⊙ x, and y += mask ⊙ x; mask is [rows, width] without gaps.
template <typename T>
void maskRows(RowsOf<const T> x, const float* mask, RowsOf<T> y, int64_t width, int64_t rows);
template <typename T>
void addMaskedRows(RowsOf<const T> x, const float* mask, RowsOf<T> y, int64_t width, int64_t rows);

} // namespace engine::kernels
