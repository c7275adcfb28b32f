// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A block per row of logits: one read for maximum and sum together (online softmax, Milakov &
// Gimelshein 2018), one read and write for the gradient, which mostly finds the row in the cache.
#include "engine/cuda/numbers.cuh"

#include <cfloat>

namespace engine::cuda {
namespace {

constexpr int kThreads = 1024;
constexpr int kWarps = kThreads / kWarp;

// The largest logit so far, the first place it stands, and Σ exp(logit − maximum).
struct Online
{
    float maximum;
    float sum;
    int64_t place;
};

__device__ inline Online joined(const Online& a, const Online& b)
{
    const float maximum = fmaxf(a.maximum, b.maximum);
    const float sum = a.sum * expf(a.maximum - maximum) + b.sum * expf(b.maximum - maximum);
    if (a.maximum == b.maximum) {
        return {maximum, sum, a.place < b.place ? a.place : b.place};
    }
    return {maximum, sum, a.maximum > b.maximum ? a.place : b.place};
}

__device__ inline Online warpJoined(Online value)
{
    for (int offset = kWarp / 2; offset > 0; offset /= 2) {
        const Online other{__shfl_xor_sync(0xffffffffU, value.maximum, offset),
                           __shfl_xor_sync(0xffffffffU, value.sum, offset),
                           __shfl_xor_sync(0xffffffffU, value.place, offset)};
        value = joined(value, other);
    }
    return value;
}

template <typename T, bool Packed>
__global__ void crossEntropy(CrossEntropyArguments a)
{
    constexpr int kStep = Packed ? Pack<T>::kCount : 1;
    __shared__ Online shared[kWarps];
    const int64_t row = blockIdx.x;
    const int64_t target = a.targets[row];
    T* logits = static_cast<T*>(a.logits) + row * a.vocabulary;
    if (target < 0) {
        for (int64_t i = threadIdx.x; a.withGradient && i < a.vocabulary; i += kThreads) {
            logits[i] = narrowed<T>(0.0F);
        }
        if (threadIdx.x == 0) {
            a.losses[row] = 0;
            a.correct[row] = 0;
        }
        return;
    }

    // -FLT_MAX and not -infinity: the difference of two infinities is no number.
    Online mine{-FLT_MAX, 0.0F, a.vocabulary};
    for (int64_t i = threadIdx.x * kStep; i < a.vocabulary; i += kThreads * kStep) {
        const auto chunk = readChunk<T, Packed>(logits, i);
        const float before = mine.maximum;
        for (int j = 0; j < kStep; ++j) {
            if (chunk.at[j] > mine.maximum) {
                mine.maximum = chunk.at[j];
                mine.place = i + j;
            }
        }
        if (mine.maximum > before) {
            mine.sum *= expf(before - mine.maximum);
        }
        for (int j = 0; j < kStep; ++j) {
            mine.sum += expf(chunk.at[j] - mine.maximum);
        }
    }
    mine = warpJoined(mine);
    const int warp = static_cast<int>(threadIdx.x) / kWarp;
    const int lane = static_cast<int>(threadIdx.x) % kWarp;
    if (lane == 0) {
        shared[warp] = mine;
    }
    __syncthreads();
    const Online all = warpJoined(shared[lane]); // kWarps == kWarp: every lane holds one
    const float score = widened(logits[target]);
    __syncthreads(); // the target is read before any thread overwrites it
    if (threadIdx.x == 0) {
        a.losses[row] = logf(all.sum) - (score - all.maximum);
        a.correct[row] = all.place == target ? 1 : 0;
    }
    if (!a.withGradient) {
        return;
    }
    const float inverse = 1.0F / all.sum;
    for (int64_t i = threadIdx.x * kStep; i < a.vocabulary; i += kThreads * kStep) {
        auto chunk = readChunk<T, Packed>(logits, i);
        for (int j = 0; j < kStep; ++j) {
            const float probability = expf(chunk.at[j] - all.maximum) * inverse;
            chunk.at[j] = i + j == target ? probability - 1.0F : probability;
        }
        writeChunk(logits, i, chunk);
    }
}

static_assert(kWarps == kWarp);

} // namespace

void launchCrossEntropy(const CrossEntropyArguments& a, cudaStream_t stream)
{
    if (a.rows == 0) {
        return;
    }
    withType(a.type, [&](auto zero) {
        using T = decltype(zero);
        const auto rows = static_cast<unsigned>(a.rows);
        if (isPacked({a.vocabulary}, sizeof(T), {a.logits})) {
            crossEntropy<T, true><<<rows, kThreads, 0, stream>>>(a);
        } else {
            crossEntropy<T, false><<<rows, kThreads, 0, stream>>>(a);
        }
    });
}

} // namespace engine::cuda
