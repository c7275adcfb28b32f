// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// cuDNN's attention over packed sequences, forwards and back. On Hopper it takes about 0.55 of the
// time of FlashAttention 2, also with the same bits from run to run. That deterministic backward
// writes the gradients of all scores, [sequences, heads, longest, longest] in 2 bytes, which bounds
// it: heads are taken in parts, and what is too long for that has no plan.
#pragma once

#include "engine/cuda/torch_compat.h"

#include <array>
#include <optional>
#include <vector>

namespace engine::cuda {

// The most that a backward's scores take at a time.
inline constexpr int64_t kCudnnScoreBytes = int64_t{5} << 29;

// Hopper: on others flash is as fast or faster.
bool isCudnnDevice(at::Device device);
// Of such a device, half types, heads in eights up to 128, as many keys as queries; and sequences
// long enough to earn back the third of a second that a plan takes to make.
bool cudnnAccepts(const Tensor& q, const FlashOffsets& offsets);

// Numbers from token to token in q, k, v, the result, logSums, and the gradients of k and v.
using PlaceStrides = std::array<int64_t, 6>;

// What cuDNN reads instead of offsets in tokens. A batch's first layer makes it, the others take
// it.
struct CudnnPlaces
{
    PlaceStrides strides{};
    Tensor lengths;              // int32 [sequences]
    std::vector<Tensor> numbers; // one per stride, int32 [sequences + 1]: where each one begins
};

struct CudnnForward
{
    Tensor out;
    Tensor logSums; // float32 [tokens, heads]
    Tensor lengths; // as in CudnnPlaces
    std::vector<Tensor> places;
};

// nullopt where cuDNN has no plan for these shapes, or would have to make one during a recording.
// Plans are kept for good: recorded steps play their kernels.
std::optional<CudnnForward> cudnnForward(
    const Tensor& q, const Tensor& k, const Tensor& v, const FlashOffsets& offsets, double scale);
FlashGradients cudnnBackward(const Tensor& gradient,
                             const Tensor& q,
                             const Tensor& k,
                             const Tensor& v,
                             const CudnnForward& forward,
                             int64_t longest,
                             double scale);

} // namespace engine::cuda
