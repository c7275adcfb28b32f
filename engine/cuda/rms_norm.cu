// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A block per row. The row is read twice; the second time it comes from the cache.
#include "engine/cuda/numbers.cuh"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;

template <typename T, bool Packed>
__global__ void rmsNorm(RmsNormArguments a)
{
    __shared__ float shared[kWarp];
    constexpr int kStep = Packed ? Pack<T>::kCount : 1;
    const int64_t begin = static_cast<int64_t>(blockIdx.x) * a.width;
    const T* x = static_cast<const T*>(a.x) + begin;
    const T* weight = static_cast<const T*>(a.weight);
    const T* residual = a.residual == nullptr ? nullptr : static_cast<const T*>(a.residual) + begin;
    T* sum = a.sum == nullptr ? nullptr : static_cast<T*>(a.sum) + begin;
    T* y = static_cast<T*>(a.y) + begin;

    float squares = 0;
    for (int64_t i = threadIdx.x * kStep; i < a.width; i += kThreads * kStep) {
        auto chunk = readChunk<T, Packed>(x, i);
        if (residual != nullptr) {
            const auto added = readChunk<T, Packed>(residual, i);
            for (int j = 0; j < kStep; ++j) {
                // Rounded like the stored sum: the norm is that of what the next layers see.
                chunk.at[j] = widened(narrowed<T>(chunk.at[j] + added.at[j]));
            }
            writeChunk(sum, i, chunk);
        }
        for (int j = 0; j < kStep; ++j) {
            squares += chunk.at[j] * chunk.at[j];
        }
    }
    squares = blockSum(squares, shared);
    const float inverse = 1.0F / sqrtf(squares / static_cast<float>(a.width) + a.epsilon);
    // Each thread reads back what it wrote itself.
    const T* source = residual == nullptr ? x : sum;
    for (int64_t i = threadIdx.x * kStep; i < a.width; i += kThreads * kStep) {
        auto chunk = readChunk<T, Packed>(source, i);
        const auto scale = readChunk<T, Packed>(weight, i);
        for (int j = 0; j < kStep; ++j) {
            chunk.at[j] = widened(narrowed<T>(chunk.at[j] * inverse)) * scale.at[j];
        }
        writeChunk(y, i, chunk);
    }
    if (threadIdx.x == 0) {
        a.inverseRoots[blockIdx.x] = inverse;
    }
}

// dx = inverse · (w g − n · mean(w g n)) with n the normalised row.
template <typename T, bool Packed>
__global__ void rmsNormBackward(RmsNormBackwardArguments a)
{
    __shared__ float shared[kWarp];
    constexpr int kStep = Packed ? Pack<T>::kCount : 1;
    const int64_t begin = static_cast<int64_t>(blockIdx.x) * a.width;
    const T* gradient = static_cast<const T*>(a.gradient) + begin;
    const T* x = static_cast<const T*>(a.x) + begin;
    const T* weight = static_cast<const T*>(a.weight);
    const T* more =
        a.sumGradient == nullptr ? nullptr : static_cast<const T*>(a.sumGradient) + begin;
    T* dx = static_cast<T*>(a.dx) + begin;
    const float inverse = a.inverseRoots[blockIdx.x];

    float dot = 0;
    for (int64_t i = threadIdx.x * kStep; i < a.width; i += kThreads * kStep) {
        const auto g = readChunk<T, Packed>(gradient, i);
        const auto w = readChunk<T, Packed>(weight, i);
        const auto n = readChunk<T, Packed>(x, i);
        for (int j = 0; j < kStep; ++j) {
            dot += g.at[j] * w.at[j] * n.at[j];
        }
    }
    const float mean = blockSum(dot, shared) * inverse / static_cast<float>(a.width);
    for (int64_t i = threadIdx.x * kStep; i < a.width; i += kThreads * kStep) {
        auto g = readChunk<T, Packed>(gradient, i);
        const auto w = readChunk<T, Packed>(weight, i);
        const auto n = readChunk<T, Packed>(x, i);
        for (int j = 0; j < kStep; ++j) {
            g.at[j] = inverse * (g.at[j] * w.at[j] - n.at[j] * inverse * mean);
        }
        if (more != nullptr) {
            const auto added = readChunk<T, Packed>(more, i);
            for (int j = 0; j < kStep; ++j) {
                g.at[j] += added.at[j];
            }
        }
        writeChunk(dx, i, g);
    }
}

} // namespace

void launchRmsNorm(const RmsNormArguments& a, cudaStream_t stream)
{
    if (a.rows == 0) {
        return;
    }
    const auto rows = static_cast<unsigned>(a.rows);
    withType(a.type, [&](auto zero) {
        using T = decltype(zero);
        if (isPacked({a.width}, sizeof(T), {a.x, a.residual, a.weight, a.sum, a.y})) {
            rmsNorm<T, true><<<rows, kThreads, 0, stream>>>(a);
        } else {
            rmsNorm<T, false><<<rows, kThreads, 0, stream>>>(a);
        }
    });
}

void launchRmsNormBackward(const RmsNormBackwardArguments& a, cudaStream_t stream)
{
    if (a.rows == 0) {
        return;
    }
    const auto rows = static_cast<unsigned>(a.rows);
    withType(a.type, [&](auto zero) {
        using T = decltype(zero);
        if (isPacked({a.width}, sizeof(T), {a.gradient, a.x, a.weight, a.sumGradient, a.dx})) {
            rmsNormBackward<T, true><<<rows, kThreads, 0, stream>>>(a);
        } else {
            rmsNormBackward<T, false><<<rows, kThreads, 0, stream>>>(a);
        }
    });
}

} // namespace engine::cuda
