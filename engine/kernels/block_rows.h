// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a transformer block does row by row between its products, on the calling thread: norms,
// activations, rotation, and their gradients. T is float or c10::BFloat16; computed in float32,
// rounded where the composed form rounds. Rows lie `stride` elements apart.
#pragma once

#include "engine/kernels/activation_kind.h"

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace engine::kernels {

template <typename T>
struct RowsOf
{
    T* data = nullptr;
    int64_t stride = 0;

    T* row(int64_t i) const { return data + i * stride; }
    RowsOf from(int64_t first) const { return {data + first * stride, stride}; }
    RowsOf columns(int64_t first) const { return {data + first, stride}; }
};

// RMSNorm, or LayerNorm when it has a bias.
struct RowNorm
{
    const float* weight = nullptr; // [width]
    const float* bias = nullptr;   // [width]; null: RMSNorm
    int64_t width = 0;
    float epsilon = 0;
    bool roundsOnce = false; // an RMSNorm: not before it multiplies by the weight
};

template <typename T>
void normRows(const RowNorm& norm, RowsOf<const T> x, RowsOf<T> y, int64_t rows);

// y = residual + the norm of x.
template <typename T>
void addNormRows(
    const RowNorm& norm, RowsOf<const T> x, RowsOf<const T> residual, RowsOf<T> y, int64_t rows);

// dx = the residual's gradient + that of normRows. residual.data null: none; it may be dx.
template <typename T>
void normRowsBackward(const RowNorm& norm,
                      RowsOf<const T> gradient,
                      RowsOf<const T> x,
                      RowsOf<const T> residual,
                      RowsOf<T> dx,
                      int64_t rows);

// Of each of `heads` neighbouring parts of a row: sums += Σ gradient ⊙ the normalised x, which is
// the gradient of the norm's weight, [width].
template <typename T>
void normWeightSums(const RowNorm& norm,
                    int64_t heads,
                    RowsOf<const T> gradient,
                    RowsOf<const T> x,
                    int64_t rows,
                    float* sums);

// y += x.
template <typename T>
void addRows(RowsOf<const T> x, RowsOf<T> y, int64_t width, int64_t rows);

// sums += Σ of the rows.
template <typename T>
void addRowSums(RowsOf<const T> x, int64_t width, int64_t rows, float* sums);

// Each of `heads` neighbouring parts of a row on its own, in place; norm.width is that of a part.
template <typename T>
void normHeads(const RowNorm& norm, int64_t heads, RowsOf<T> x, int64_t rows);

// Replaces the gradient of normHeads by that of its x.
template <typename T>
void normHeadsBackward(
    const RowNorm& norm, int64_t heads, RowsOf<const T> x, RowsOf<T> gradient, int64_t rows);

// h = activation(gate) ⊙ up; up.data null: h = activation(gate).
template <typename T>
void activateRows(Activation activation,
                  RowsOf<const T> gate,
                  RowsOf<const T> up,
                  RowsOf<T> h,
                  int64_t width,
                  int64_t rows);

// The gradients of activateRows from that of h, which h holds; h itself takes its place.
template <typename T>
void activateRowsBackward(Activation activation,
                          RowsOf<const T> gate,
                          RowsOf<const T> up,
                          RowsOf<T> h,
                          RowsOf<T> dGate,
                          RowsOf<T> dUp,
                          int64_t width,
                          int64_t rows);

// Rotates the first 2 · half numbers of every head in place; direction -1 is the transpose. Heads
// begin `headStride` numbers apart.
//   positions [rows]; cos, sin [positions, half]
struct RowRotation
{
    const int64_t* positions = nullptr;
    const float* cos = nullptr;
    const float* sin = nullptr;
    int64_t half = 0;
    int64_t heads = 0;
    int64_t headStride = 0;
};

template <typename T>
void rotateRows(const RowRotation& rotation, RowsOf<T> x, int64_t rows, float direction);

} // namespace engine::kernels
