// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The loss of a head of which no copy is kept: its weight is unpacked a strip of the vocabulary at
// a time, once per direction for a chunk of rows that all threads share. Equal bit for bit to the
// loss over packed matrices of the numbers that the weight stands for.
#pragma once

#include "engine/kernels/head_rows.h"
#include "engine/kernels/weight_gradient.h"

namespace engine::kernels {

inline constexpr int64_t kHeadStripBytes = int64_t{256} << 10; // stays in a core's cache

// What is unpacked and computed there, kept between steps. Bytes: a strip of the outputs for each
// thread (kHeadStripBytes, or two panels), a block of the inputs for each part of the rows (1024
// tokens of the vocabulary), logits and float32 sums of a chunk of rows; of a trained head rows and
// logits' gradients of steps whose backward is still to come. Compute thread only; filled by any.
struct HeadRoom
{
    std::vector<PackedMatrix> strips;
    std::vector<PackedMatrix> blocks;
    AlignedBuffer hidden;
    AlignedBuffer logits;
    AlignedBuffer sums;
    PackedRows packed;                    // of a weight's gradient
    std::vector<AlignedBuffer> forWeight; // whose backward is done
};

// What is asked for beside the losses; either may be null. T is float or c10::BFloat16.
template <typename T>
struct HeadGradients
{
    T* hidden = nullptr; // [trained, width]
    T* logits = nullptr; // [trained], headStride(vocabulary) apart: all rows are one chunk then
};

template <typename T>
HeadLosses unpackedHeadLosses(const HeadInput<T>& input,
                              const PackedHead& head,
                              const HeadGradients<T>& gradients,
                              PoolTeam& team);

} // namespace engine::kernels
