// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Number types and block-wide sums of the kernels: half types are computed in float32 and rounded
// once, as on the processor (engine/kernels/vectors.h).
#pragma once

#include "engine/cuda/launch.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <type_traits>

namespace engine::cuda {

inline constexpr int kWarp = 32;

__device__ inline float widened(float x)
{
    return x;
}
__device__ inline float widened(__nv_bfloat16 x)
{
    return __bfloat162float(x);
}
__device__ inline float widened(__half x)
{
    return __half2float(x);
}

template <typename T>
__device__ inline T narrowed(float x)
{
    if constexpr (std::is_same_v<T, __nv_bfloat16>) {
        return __float2bfloat16_rn(x);
    } else if constexpr (std::is_same_v<T, __half>) {
        return __float2half_rn(x);
    } else {
        return x;
    }
}

// As many numbers as one 16-byte access holds.
template <typename T>
struct alignas(16) Pack
{
    static constexpr int kCount = 16 / sizeof(T);
    T at[kCount];
};

// The sum over all threads of a block, in every thread, in one fixed order. blockDim.x is a
// multiple of 32; `shared` holds 32 numbers and may be used again after the call.
__device__ inline float blockSum(float value, float* shared)
{
    for (int offset = kWarp / 2; offset > 0; offset /= 2) {
        value += __shfl_xor_sync(0xffffffffU, value, offset);
    }
    const int warp = static_cast<int>(threadIdx.x) / kWarp;
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    if (lane == 0) {
        shared[warp] = value;
    }
    __syncthreads();
    const int warps = static_cast<int>(blockDim.x) / kWarp;
    value = lane < warps ? shared[lane] : 0.0F;
    for (int offset = kWarp / 2; offset > 0; offset /= 2) {
        value += __shfl_xor_sync(0xffffffffU, value, offset);
    }
    __syncthreads();
    return value;
}

// Calls function(T{}) with the C++ type of a number type.
template <typename Function>
void withType(NumberType type, const Function& function)
{
    switch (type) {
    case NumberType::Float32:
        function(float{});
        break;
    case NumberType::BFloat16:
        function(__nv_bfloat16{});
        break;
    case NumberType::Float16:
        function(__half{});
        break;
    }
}

inline unsigned blocksFor(int64_t count, int64_t perBlock)
{
    return static_cast<unsigned>((count + perBlock - 1) / perBlock);
}

} // namespace engine::cuda
