// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What decoding one sequence is made of: products of packed matrices with one vector, low-rank
// side products from factors as they are stored, and the operations on single rows. Plain
// functions on the calling thread, one set per instruction set; sums are float32 and their order
// depends on nothing but their length.
#pragma once

#include "engine/kernels/activation_kind.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/kernels/processor.h"

#include <cstdint>

namespace engine::kernels {

// y = W x + bias, or y += W x + bias with `adds`, for the features of `panels` panels from
// firstPanel on; the same for each of `rows` rows of x and y, which share the reading of W and do
// not depend on each other.
//   x     [matrix depth] in the matrix' type, rows xStride numbers apart
//   y     float32, indexed by feature from 0, rows yStride numbers apart
//   bias  float32 [features], or null
struct Matvec
{
    const PackedMatrix* matrix = nullptr;
    int64_t firstPanel = 0;
    int64_t panels = 0;
    int64_t firstDepth = 0; // even
    int64_t depth = 0;      // how much of the matrix' depth counts from there on; even
    const void* x = nullptr;
    float* y = nullptr;
    const float* bias = nullptr;
    bool adds = false;
    int64_t rows = 1;
    int64_t xStride = 0;
    int64_t yStride = 0;
};

// A low-rank factor or some of its columns: float32 [rank, depth], rows `stride` apart.
struct FactorRows
{
    const float* data = nullptr;
    int64_t rank = 0;
    int64_t depth = 0;
    int64_t stride = 0;
};

// The largest of a row and where it stands first; isFinite false when any number is not.
struct RowMaximum
{
    float value = 0;
    int64_t index = 0;
    bool isFinite = true;
};

// Rows need no alignment unless said otherwise.
struct DecodeKernels
{
    void (*matvec)(const Matvec& matvec);

    // inner[r] = scale · Σ_k a[r][k] x[k].
    void (*project)(const FactorRows& a, const float* x, float scale, float* inner);
    // y[i] += Σ_r b[i][r] inner[r], b float32 [rows, rank].
    void (*expand)(const float* b, int64_t rows, int64_t rank, const float* inner, float* y);

    // y = weight · x / sqrt(mean(x²) + epsilon).
    void (*rmsNorm)(const float* x, const float* weight, int64_t width, double epsilon, float* y);
    // y = weight · (x − mean) / sqrt(variance + epsilon) + bias.
    void (*layerNorm)(const float* x,
                      const float* weight,
                      const float* bias,
                      int64_t width,
                      double epsilon,
                      float* y);
    // Rotates (x[i], x[i + half]) by the angle i, in place.
    void (*rotate)(float* x, const float* cos, const float* sin, int64_t half);
    // y = activation(gate) · up; without `up` activation(gate). y may be gate.
    void (*activate)(
        Activation activation, const float* gate, const float* up, int64_t count, float* y);
    // x = cap · tanh(scale · x / cap).
    void (*softCap)(float* x, int64_t count, float scale, float cap);
    // x = exp(scale · x − max), the padding up to a multiple of 16 = 0; returns the sum.
    float (*softmax)(float* x, int64_t count, float scale);
    // bfloat16, rounded to nearest even.
    void (*toHalf)(const float* x, int64_t count, uint16_t* y);
    RowMaximum (*maximum)(const float* x, int64_t count);
    // Σ exp(x − max).
    double (*sumOfExponentials)(const float* x, int64_t count, float max);
};

// Null for InstructionSet::None.
const DecodeKernels* decodeKernels(InstructionSet set);
// Those of instructionSet().
const DecodeKernels* decodeKernels();

} // namespace engine::kernels
