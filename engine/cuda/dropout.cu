// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al. 2011), a counter per four elements: the mask of
// engine/kernels/dropout.h, bit for bit.
#include "engine/cuda/numbers.cuh"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWords = 4;
constexpr int kRounds = 10;

struct Words
{
    uint32_t at[kWords];
};

__device__ inline Words philox(uint64_t counter, uint64_t key)
{
    Words w{{static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0}};
    auto key0 = static_cast<uint32_t>(key);
    auto key1 = static_cast<uint32_t>(key >> 32);
    for (int round = 0; round < kRounds; ++round) {
        const uint64_t product0 = uint64_t{0xD2511F53U} * w.at[0];
        const uint64_t product1 = uint64_t{0xCD9E8D57U} * w.at[2];
        w = {{static_cast<uint32_t>(product1 >> 32) ^ w.at[1] ^ key0,
              static_cast<uint32_t>(product1),
              static_cast<uint32_t>(product0 >> 32) ^ w.at[3] ^ key1,
              static_cast<uint32_t>(product0)}};
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
    return w;
}

template <typename T>
__global__ void
dropout(const T* x, T* y, int64_t count, uint32_t threshold, float scale, uint64_t seed)
{
    const int64_t block = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    const int64_t first = block * kWords;
    if (first >= count) {
        return;
    }
    const Words words = philox(static_cast<uint64_t>(block), seed);
    for (int i = 0; i < kWords && first + i < count; ++i) {
        const float mask = words.at[i] < threshold ? 0.0F : scale;
        y[first + i] = narrowed<T>(widened(x[first + i]) * mask);
    }
}

} // namespace

void launchDropout(const DropoutArguments& a, cudaStream_t stream)
{
    if (a.count == 0) {
        return;
    }
    const auto threshold = static_cast<uint32_t>(a.probability * 4294967296.0);
    const auto scale = static_cast<float>(1 / (1 - a.probability));
    withType(a.type, [&](auto zero) {
        using T = decltype(zero);
        dropout<T><<<blocksFor(a.count, int64_t{kThreads} * kWords), kThreads, 0, stream>>>(
            static_cast<const T*>(a.x), static_cast<T*>(a.y), a.count, threshold, scale, a.seed);
    });
}

} // namespace engine::cuda
