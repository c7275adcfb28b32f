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

// M ⊙ x with M = 0 with the given probability, else 1 / (1 - probability), the probability rounded
// to a multiple of 2^-16. Of every 256 elements (row-major) i is dropped when half i % 2 (the lower
// first) of word i / 64 of device::philox({16 · chunk + i % 32 / 2, 0}, seed), turned left by 8
// bits where i % 64 >= 32, is below probability · 2^16; the mask depends on neither shape, type nor
// threads. A word serves four elements, each of whose halves begins with a byte of its own: two of
// them fall together more often than by chance by less than probability / 256.
//   x            any shape, floating point
//   probability  in [0, 1); 0 returns x itself
// Linear in x and its own transpose: the gradient of x is counterDropout(gradient, probability,
// seed). Not tracked by autograd: called inside Functions.
Tensor counterDropout(const Tensor& x, double probability, uint64_t seed);

// A part of the same mask: a bit per element, 1 = kept.
struct MaskBits
{
    const uint8_t* bytes = nullptr;
    int64_t firstBit = 0; // of the first element
    float factor = 1;     // of those kept
};

// Room for the bits of that many elements.
constexpr int64_t maskBytes(int64_t count)
{
    return count / 8 + 96;
}

// What kept elements are multiplied by: 1 / (1 - probability), of the rounded one.
float keptFactor(double probability);

// The mask of the elements [first, first + count), on the calling thread.
MaskBits
dropoutBits(uint8_t* memory, int64_t first, int64_t count, double probability, uint64_t seed);

// y = mask ⊙ x, row after row of the mask.
template <typename T>
void maskRows(RowsOf<const T> x, const MaskBits& mask, RowsOf<T> y, int64_t width, int64_t rows);

} // namespace engine::kernels
