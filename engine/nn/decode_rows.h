// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What decoding does to single rows, whether they come alone or many at once.
#pragma once

#include "engine/kernels/spin_team.h"
#include "engine/nn/decode_cache.h"
#include "engine/nn/decode_plan.h"

namespace engine::nn {

// y = norm(x), float32 [width].
void normaliseRow(const kernels::DecodeKernels& kernels,
                  const PlannedNorm& norm,
                  int64_t width,
                  const float* x,
                  float* y);

// Some panels of a quantised group's outputs from some columns of the row alone; y by feature.
//   x  float32 [width of the group]
void multiplyQuantized(const PlannedGroup& group,
                       kernels::Share panels,
                       kernels::Share columns,
                       const float* x,
                       bool hasBias,
                       float* y);

// An output, the row of the stream that it joins, both [hidden], and room for another row of the
// stream and for mostInner() numbers.
struct JoiningRow
{
    float* y;
    float* residual;
    float* stream;
    float* inner;
};

// residual += what y becomes on the way, which is left in y.
void joinStream(const kernels::DecodeKernels& kernels,
                const PlannedSum& sum,
                int64_t hidden,
                const JoiningRow& row);

// Adds B lowRank to those of the update's rows that are among `features`; y by feature.
void expandUpdate(const kernels::DecodeKernels& kernels,
                  const PlannedUpdate& update,
                  kernels::Share features,
                  const float* lowRank,
                  float* y);

// Some columns of a row of the MLP's inner numbers, times their factors where they have any.
void applyInnerFactors(const PlannedBlock& block, kernels::Share columns, float* activated);

// Some features of a group whose outputs have gains, after the products without its bias: times
// the gains, and with the bias if `hasBias`.
void applyGains(const PlannedGroup& group, kernels::Share features, bool hasBias, float* y);

struct KeyPlace
{
    int64_t layer = 0;
    int64_t head = 0;     // of the keys
    int64_t position = 0; // of the first token
};

// Norms and turns the key head's queries and keys in `projected` (q, k, v of `count` tokens) and
// appends keys and values to the cache.
void appendTokens(const DecodePlan& plan,
                  const PlannedBlock& block,
                  const kernels::DecodeKernels& kernels,
                  DecodeCache& cache,
                  const KeyPlace& place,
                  int64_t count,
                  kernels::RowsOf<float> projected);

} // namespace engine::nn
