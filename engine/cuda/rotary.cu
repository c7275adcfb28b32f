// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A block per token, its threads over the heads' pairs.
#include "engine/cuda/numbers.cuh"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T>
__global__ void rotary(RotaryArguments a)
{
    const int64_t token = blockIdx.x;
    const int64_t position = a.positions[token];
    const bool isInside = position >= 0 && position < a.tableLength;
    const float* cos = a.cos + (isInside ? position * a.half : 0);
    const float* sin = a.sin + (isInside ? position * a.half : 0);
    const T* x = static_cast<const T*>(a.x) + token * a.tokenStride;
    T* y = static_cast<T*>(a.y) + token * a.heads * a.headDim;

    for (int64_t pair = threadIdx.x; pair < a.heads * a.half; pair += blockDim.x) {
        const int64_t head = pair / a.half;
        const int64_t i = pair % a.half;
        const T* from = x + head * a.headStride + i;
        T* to = y + head * a.headDim + i;
        const float first = widened(from[0]);
        const float second = widened(from[a.half]);
        const float cosine = isInside ? cos[i] : nanf("");
        const float sine = a.direction * sin[i];
        to[0] = narrowed<T>(first * cosine - second * sine);
        to[a.half] = narrowed<T>(second * cosine + first * sine);
    }
    const int64_t rest = a.headDim - 2 * a.half;
    for (int64_t other = threadIdx.x; other < a.heads * rest; other += blockDim.x) {
        const int64_t head = other / rest;
        const int64_t i = 2 * a.half + other % rest;
        y[head * a.headDim + i] = x[head * a.headStride + i];
    }
}

} // namespace

void launchRotary(const RotaryArguments& a, cudaStream_t stream)
{
    if (a.tokens == 0) {
        return;
    }
    withType(a.type, [&](auto zero) {
        rotary<decltype(zero)><<<static_cast<unsigned>(a.tokens), kThreads, 0, stream>>>(a);
    });
}

} // namespace engine::cuda
