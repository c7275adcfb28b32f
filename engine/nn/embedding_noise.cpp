// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/embedding_noise.h"

#include "engine/device/seeds.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <cmath>

namespace engine::nn {

namespace {

constexpr int64_t kLeastRows = 16; // that are worth a thread

// 24 random bits → [−1, 1).
float signedUniform(uint64_t bits)
{
    return static_cast<float>(bits & 0xFFFFFF) * (2.0F / 0x1000000) - 1.0F;
}

} // namespace

at::Tensor
embeddingNoise(const kernels::Sequences& sequences, int64_t width, double alpha, uint64_t seed)
{
    const std::vector<int64_t>& offsets = sequences.queryOffsets;
    std::vector<float> bounds; // of every row
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
        const int64_t length = offsets[i + 1] - offsets[i];
        const double numbers = static_cast<double>(length) * static_cast<double>(width);
        bounds.insert(bounds.end(),
                      static_cast<std::size_t>(length),
                      static_cast<float>(alpha / std::sqrt(numbers)));
    }
    const auto rows = static_cast<int64_t>(bounds.size());
    const auto words = static_cast<uint64_t>((width + 1) / 2); // of a row: two numbers each
    at::Tensor noise = at::empty({rows, width}, at::kFloat);
    auto* const data = noise.mutable_data_ptr<float>();
    at::parallel_for(0, rows, kLeastRows, [&](int64_t begin, int64_t end) {
        device::RandomStream random(seed, static_cast<uint64_t>(begin) * words);
        for (int64_t row = begin; row < end; ++row) {
            const float bound = bounds[static_cast<std::size_t>(row)];
            float* const numbers = data + row * width;
            for (int64_t column = 0; column < width; column += 2) {
                const uint64_t word = random.word();
                numbers[column] = bound * signedUniform(word);
                if (column + 1 < width) {
                    numbers[column + 1] = bound * signedUniform(word >> 32);
                }
            }
        }
    });
    return noise;
}

} // namespace engine::nn
