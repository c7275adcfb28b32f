// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al. 2011), a counter per sixteen elements: the mask of
// engine/kernels/dropout.h, bit for bit.
#include "engine/cuda/numbers.cuh"

#include <algorithm>
#include <cmath>

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWords = 4;
constexpr int kBlocks = 16;   // of a chunk, which is 256 elements
constexpr int kElements = 16; // of a block
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
__global__ void dropout(const T* x,
                        T* y,
                        int64_t count,
                        uint32_t threshold,
                        float scale,
                        uint64_t seed,
                        const uint64_t* placedSeed)
{
    const int64_t block = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    const int64_t first = block / kBlocks * kBlocks * kElements + block % kBlocks * 2;
    if (first >= count) {
        return;
    }
    const Words words =
        philox(static_cast<uint64_t>(block), placedSeed == nullptr ? seed : *placedSeed);
    for (int part = 0; part < 2 * kWords; ++part) {
        const uint32_t word = words.at[part / 2];
        const uint32_t turned = part % 2 == 0 ? word : word << 8 | word >> 24;
        for (int half = 0; half < 2; ++half) {
            const int64_t i = first + part * 2 * kBlocks + half;
            if (i < count) {
                const uint32_t bits = turned >> (16 * half) & 0xffffU;
                y[i] = narrowed<T>(widened(x[i]) * (bits < threshold ? 0.0F : scale));
            }
        }
    }
}

} // namespace

void launchDropout(const DropoutArguments& a, cudaStream_t stream)
{
    if (a.count == 0) {
        return;
    }
    const auto threshold =
        static_cast<uint32_t>(std::min(std::lround(a.probability * 65536.0), 65535L));
    const auto scale = static_cast<float>(65536.0 / (65536.0 - threshold));
    withType(a.type, [&](auto zero) {
        using T = decltype(zero);
        dropout<T><<<blocksFor((a.count + 255) / 256 * 256, int64_t{kThreads} * kElements),
                     kThreads,
                     0,
                     stream>>>(static_cast<const T*>(a.x),
                               static_cast<T*>(a.y),
                               a.count,
                               threshold,
                               scale,
                               a.seed,
                               a.placedSeed);
    });
}

} // namespace engine::cuda
