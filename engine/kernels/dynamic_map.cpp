// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/dynamic_map.h"

#include "engine/kernels/vectors.h"

#include <ATen/Parallel.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/tensor.h>

#include <cmath>

namespace engine::kernels {
namespace {

constexpr int kExponents = 7;
constexpr std::size_t kCodes = 256;
constexpr int kSteps = 65536;
constexpr int64_t kTaskBlocks = 64; // of a thread at once
constexpr int64_t kPart = 256;      // numbers at once

std::vector<float> numbersOf(bool isSigned)
{
    std::vector<float> numbers{0.0F, 1.0F};
    for (int i = 0; i < kExponents; ++i) {
        const int64_t borders = (int64_t(1) << (isSigned ? i : i + 1)) + 1;
        const Tensor between = at::linspace(0.1, 1.0, borders, at::kFloat);
        const auto* border = between.const_data_ptr<float>();
        const auto power = static_cast<float>(std::pow(10.0, i - kExponents + 1));
        for (int64_t j = 0; j + 1 < borders; ++j) {
            const float mean = power * ((border[j] + border[j + 1]) / 2.0F);
            numbers.push_back(mean);
            if (isSigned) {
                numbers.push_back(-mean);
            }
        }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

// The code nearest to each of the steps from -1 to 1; of two as near the lower one.
std::vector<uint8_t> stepsOf(const float* numbers)
{
    std::vector<uint8_t> steps(kSteps);
    std::size_t code = 0;
    for (int i = 0; i < kSteps; ++i) {
        const float number = -1.0F + (2.0F * static_cast<float>(i)) / (kSteps - 1);
        while (code + 1 < kCodes && 0.5F * (numbers[code] + numbers[code + 1]) < number) {
            ++code;
        }
        steps[static_cast<std::size_t>(i)] = static_cast<uint8_t>(code);
    }
    return steps;
}

// The steps of numbers · factor, clamped to [-1, 1]: half of number + 1 times 65,535, plus a half,
// rounded to float32 once, as a fused multiply-add does it; in float64 it is exact before that. NaN
// is 0 times the reciprocal of a scale so small that it has none; it becomes the first step, as a
// processor converts it.
LORA_CLONES void place(const float* numbers, int64_t count, float factor, uint16_t* steps)
{
    for (int64_t i = 0; i < count; ++i) {
        const float number = numbers[i] * factor;
        const float placed = (std::min(std::max(number, -1.0F), 1.0F) + 1.0F) * 0.5F;
        const auto step = static_cast<float>(static_cast<double>(placed) * (kSteps - 1) + 0.5);
        steps[i] = static_cast<uint16_t>(static_cast<int32_t>(number == number ? step : 0.0F));
    }
}

LORA_CLONES float largestOf(const float* numbers, int64_t count)
{
    float largest = 0;
    for (int64_t i = 0; i < count; ++i) {
        largest = std::max(largest, std::abs(numbers[i]));
    }
    return largest;
}

void checkShapes(const Tensor& numbers, const Tensor& codes, const Tensor& scales, int64_t block)
{
    const int64_t count = numbers.numel();
    TORCH_CHECK(block > 0 && numbers.scalar_type() == at::kFloat && numbers.is_contiguous()
                    && codes.scalar_type() == at::kByte && codes.is_contiguous()
                    && codes.numel() == count && scales.scalar_type() == at::kFloat
                    && scales.is_contiguous() && scales.numel() == (count + block - 1) / block,
                "blocks of ",
                block,
                ": ",
                codes.numel(),
                " codes and ",
                scales.numel(),
                " scales for ",
                count,
                " numbers");
}

} // namespace

DynamicMap::DynamicMap(bool isSigned)
    : m_numbers(at::tensor(numbersOf(isSigned), at::kFloat)),
      m_steps(stepsOf(m_numbers.const_data_ptr<float>()))
{
}

const DynamicMap& DynamicMap::ofSigned()
{
    static const DynamicMap kMap(true);
    return kMap;
}

const DynamicMap& DynamicMap::ofUnsigned()
{
    static const DynamicMap kMap(false);
    return kMap;
}

void quantizeBlockwise(
    const Tensor& numbers, const DynamicMap& map, int64_t block, Tensor& codes, Tensor& scales)
{
    checkShapes(numbers, codes, scales, block);
    const auto* from = numbers.const_data_ptr<float>();
    auto* to = codes.data_ptr<uint8_t>();
    auto* scaleOf = scales.data_ptr<float>();
    const uint8_t* codeOf = map.codesOfSteps();
    at::parallel_for(0, scales.numel(), kTaskBlocks, [&](int64_t begin, int64_t end) {
        for (int64_t b = begin; b < end; ++b) {
            const int64_t first = b * block;
            const int64_t last = std::min(numbers.numel(), first + block);
            const float largest = largestOf(from + first, last - first);
            scaleOf[b] = largest;
            if (largest == 0) {
                std::fill(to + first, to + last, uint8_t(0));
                continue;
            }
            uint16_t steps[kPart];
            for (int64_t i = first; i < last; i += kPart) {
                const int64_t count = std::min(kPart, last - i);
                place(from + i, count, 1.0F / largest, steps);
                for (int64_t k = 0; k < count; ++k) {
                    to[i + k] = codeOf[steps[k]];
                }
            }
        }
    });
}

void dequantizeBlockwise(const Tensor& codes,
                         const Tensor& scales,
                         const DynamicMap& map,
                         int64_t block,
                         Tensor& numbers)
{
    checkShapes(numbers, codes, scales, block);
    const auto* from = codes.const_data_ptr<uint8_t>();
    const auto* scaleOf = scales.const_data_ptr<float>();
    const float* meaning = map.data();
    auto* to = numbers.data_ptr<float>();
    at::parallel_for(0, scales.numel(), kTaskBlocks, [&](int64_t begin, int64_t end) {
        for (int64_t b = begin; b < end; ++b) {
            const int64_t last = std::min(numbers.numel(), (b + 1) * block);
            for (int64_t i = b * block; i < last; ++i) {
                to[i] = meaning[from[i]] * scaleOf[b];
            }
        }
    });
}

} // namespace engine::kernels
