// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// AdamW over one flat buffer: 16 bytes read and 12 written per parameter, one launch for all of
// them.
#include "engine/cuda/numbers.cuh"

namespace engine::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void adamw(AdamwArguments a)
{
    const double learningRate =
        a.control == nullptr ? a.learningRate : a.control[0] * a.learningRate;
    const double step = a.control == nullptr ? a.step : a.control[1];
    const double factor = a.control == nullptr ? a.gradientFactor : a.control[2];
    // Once per thread, in float64 like the processor's.
    const auto stepSize = static_cast<float>(learningRate / (1 - pow(a.beta1, step)));
    const auto root2 = static_cast<float>(sqrt(1 - pow(a.beta2, step)));
    const auto decay = static_cast<float>(1 - learningRate * a.weightDecay);
    const auto beta1 = static_cast<float>(a.beta1);
    const auto beta2 = static_cast<float>(a.beta2);
    const auto rest1 = static_cast<float>(1 - a.beta1);
    const auto rest2 = static_cast<float>(1 - a.beta2);
    const auto epsilon = static_cast<float>(a.epsilon);
    const int64_t stride = static_cast<int64_t>(gridDim.x) * kThreads;
    for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < a.count;
         i += stride) {
        const float gradient = a.gradients[i] * static_cast<float>(factor);
        const float m = beta1 * a.m[i] + rest1 * gradient;
        const float v = beta2 * a.v[i] + rest2 * gradient * gradient;
        a.m[i] = m;
        a.v[i] = v;
        a.parameters[i] = a.parameters[i] * decay - stepSize * m / (sqrtf(v) / root2 + epsilon);
    }
}

__global__ void clipFactor(const float* norm, float maxNorm, float* factor)
{
    *factor = maxNorm > 0 ? fminf(1.0F, maxNorm / (*norm + 1e-6F)) : 1.0F;
}

} // namespace

void launchAdamw(const AdamwArguments& a, cudaStream_t stream)
{
    if (a.count == 0) {
        return;
    }
    // Enough blocks to fill every GPU there is; each thread then takes several numbers, which pays
    // for its powers.
    constexpr unsigned kMostBlocks = 2048;
    const unsigned wanted = blocksFor(a.count, kThreads);
    const unsigned blocks = wanted < kMostBlocks ? wanted : kMostBlocks;
    adamw<<<blocks, kThreads, 0, stream>>>(a);
}

void launchClipFactor(const float* norm, float maxNorm, float* factor, cudaStream_t stream)
{
    clipFactor<<<1, 1, 0, stream>>>(norm, maxNorm, factor);
}

} // namespace engine::cuda
