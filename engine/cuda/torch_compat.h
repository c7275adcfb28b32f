// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// LibTorch's operators with an underscore, which change between minor versions: all of them in this
// one file, with what they want checked.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace engine::cuda {

using at::Tensor;

// FlashAttention 2 over packed sequences: half types, head sizes that are multiples of 8 up to 256.
bool flashAccepts(at::ScalarType type, int64_t headDim);

struct CudnnPlaces;

struct FlashOffsets
{
    Tensor queries; // int32 [sequences + 1], on the device
    Tensor keys;
    int64_t longestQuery = 0;
    int64_t longestKey = 0;
    bool hasAsManyKeys = false;                   // as queries, in every sequence
    std::shared_ptr<CudnnPlaces> cudnn = nullptr; // the same for cuDNN (cudnn_attention.h)
};

struct FlashForward
{
    Tensor out;
    Tensor logSums;
    Tensor randomState;
    Tensor unused; // handed back to the backward as it is
};
FlashForward flashForward(
    const Tensor& q, const Tensor& k, const Tensor& v, const FlashOffsets& offsets, double scale);

struct FlashGradients
{
    Tensor q;
    Tensor k;
    Tensor v;
};
FlashGradients flashBackward(const Tensor& gradient,
                             const Tensor& q,
                             const Tensor& k,
                             const Tensor& v,
                             const FlashForward& forward,
                             const FlashOffsets& offsets,
                             double scale);

} // namespace engine::cuda
