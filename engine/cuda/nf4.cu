// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// NF4 to numbers: 8 codes a thread, one 4-byte read and one write of 16 bytes (half types), 0.5
// bytes read and 2 written per weight. The table's sixteen numbers lie in sixteen banks of shared
// memory: looking them up never conflicts.
#include "engine/cuda/numbers.cuh"
#include "engine/kernels/nf4_table.h"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kPerThread = 8;

struct Table
{
    float at[16];
};

template <typename T>
__global__ void dequantize(Nf4Arguments a, Table table)
{
    __shared__ float numbersOf[16];
    if (threadIdx.x == 0) {
        for (int i = 0; i < 16; ++i) {
            numbersOf[i] = table.at[i];
        }
    }
    __syncthreads();
    const int64_t thread = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    const int64_t first = thread * kPerThread;
    if (first >= a.count) {
        return;
    }
    // A thread's 8 numbers lie in one block: blocks are multiples of 8.
    const int64_t block = first / a.block;
    const float scale =
        a.scales == nullptr
            ? a.plainScales[block]
            : a.scaleTable[a.scales[block]] * a.scaleScales[block / a.scaleBlock] + a.offset;
    T* y = static_cast<T*>(a.y) + first;
    if (first + kPerThread <= a.count) {
        const uint32_t codes = reinterpret_cast<const uint32_t*>(a.codes)[thread];
        T numbers[kPerThread];
        for (int i = 0; i < kPerThread; ++i) {
            // The first of a byte's two codes is the high one.
            const uint32_t code = codes >> (8 * (i / 2) + (i % 2 == 0 ? 4 : 0)) & 15U;
            numbers[i] = narrowed<T>(numbersOf[code] * scale);
        }
        constexpr int kPacks = kPerThread / Pack<T>::kCount;
        for (int i = 0; i < kPacks; ++i) {
            Pack<T> pack;
            for (int j = 0; j < Pack<T>::kCount; ++j) {
                pack.at[j] = numbers[i * Pack<T>::kCount + j];
            }
            reinterpret_cast<Pack<T>*>(y)[i] = pack;
        }
        return;
    }
    for (int i = 0; first + i < a.count; ++i) {
        const uint32_t code = a.codes[(first + i) / 2] >> (i % 2 == 0 ? 4 : 0) & 15U;
        y[i] = narrowed<T>(numbersOf[code] * scale);
    }
}

} // namespace

void launchNf4(const Nf4Arguments& a, cudaStream_t stream)
{
    if (a.count == 0) {
        return;
    }
    Table table;
    for (int i = 0; i < 16; ++i) {
        table.at[i] = kernels::kNf4[i];
    }
    withType(a.type, [&](auto zero) {
        dequantize<decltype(zero)>
            <<<blocksFor(a.count, int64_t{kThreads} * kPerThread), kThreads, 0, stream>>>(a, table);
    });
}

} // namespace engine::cuda
