// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Number types and block-wide sums of the kernels: half types are computed in float32 and rounded
// once, as on the processor (engine/kernels/vectors.h).
#pragma once

#include "engine/cuda/launch.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <initializer_list>
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

// Numbers [first, first + Count) of a row in float32: those of one 16-byte access, or a single one.
template <typename T, int Count>
struct Chunk
{
    float at[Count];
};

template <typename T, bool Packed>
__device__ inline auto readChunk(const T* row, int64_t first)
{
    if constexpr (Packed) {
        Chunk<T, Pack<T>::kCount> chunk;
        const auto pack = *reinterpret_cast<const Pack<T>*>(row + first);
        for (int i = 0; i < Pack<T>::kCount; ++i) {
            chunk.at[i] = widened(pack.at[i]);
        }
        return chunk;
    } else {
        return Chunk<T, 1>{{widened(row[first])}};
    }
}

template <typename T, int Count>
__device__ inline void writeChunk(T* row, int64_t first, const Chunk<T, Count>& chunk)
{
    if constexpr (Count > 1) {
        Pack<T> pack;
        for (int i = 0; i < Count; ++i) {
            pack.at[i] = narrowed<T>(chunk.at[i]);
        }
        *reinterpret_cast<Pack<T>*>(row + first) = pack;
    } else {
        row[first] = narrowed<T>(chunk.at[0]);
    }
}

// Whether rows may be read in 16-byte accesses: each begins on 16 bytes. `distances` are the rows'
// width and strides, in numbers of `size` bytes.
inline bool isPacked(std::initializer_list<int64_t> distances,
                     size_t size,
                     std::initializer_list<const void*> pointers)
{
    bool aligned = true;
    for (const int64_t distance : distances) {
        aligned = aligned && distance * static_cast<int64_t>(size) % 16 == 0;
    }
    for (const void* pointer : pointers) {
        aligned = aligned && reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
    }
    return aligned;
}

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
