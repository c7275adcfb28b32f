// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/torch_compat.h"

#include <ATen/ops/_flash_attention_backward.h>
#include <ATen/ops/_flash_attention_forward.h>
#include <torch/headeronly/version.h>

static_assert(TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR == 11,
              "read the schemas of these operators again, then raise this");

namespace engine::cuda {

namespace {

constexpr int64_t kLargestHead = 256;

} // namespace

bool flashAccepts(at::ScalarType type, int64_t headDim)
{
    return (type == at::kBFloat16 || type == at::kHalf) && headDim % 8 == 0
           && headDim <= kLargestHead;
}

FlashForward flashForward(
    const Tensor& q, const Tensor& k, const Tensor& v, const FlashOffsets& offsets, double scale)
{
    auto [out, logSums, randomState, unused, debug] =
        at::_flash_attention_forward(q,
                                     k,
                                     v,
                                     offsets.queries,
                                     offsets.keys,
                                     offsets.longestQuery,
                                     offsets.longestKey,
                                     /*dropout_p=*/0.0,
                                     /*is_causal=*/true,
                                     /*return_debug_mask=*/false,
                                     scale);
    return {out, logSums, randomState, unused};
}

FlashGradients flashBackward(const Tensor& gradient,
                             const Tensor& q,
                             const Tensor& k,
                             const Tensor& v,
                             const FlashForward& forward,
                             const FlashOffsets& offsets,
                             double scale)
{
    auto [dq, dk, dv] = at::_flash_attention_backward(gradient,
                                                      q,
                                                      k,
                                                      v,
                                                      forward.out,
                                                      forward.logSums,
                                                      offsets.queries,
                                                      offsets.keys,
                                                      offsets.longestQuery,
                                                      offsets.longestKey,
                                                      /*dropout_p=*/0.0,
                                                      /*is_causal=*/true,
                                                      forward.randomState,
                                                      forward.unused,
                                                      scale);
    return {dq, dk, dv};
}

} // namespace engine::cuda
