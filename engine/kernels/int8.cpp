// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/int8.h"

#include "engine/kernels/finite_numbers.h"
#include "engine/kernels/int8_run.h"
#include "engine/tensors/finite_check.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <atomic>
#include <cmath>

namespace engine::kernels {
namespace {

constexpr float kLargestCode = 127.0F;
constexpr int64_t kPart = 256; // numbers at once, in registers and cache

// One row into its codes; returns the bits of its largest magnitude. A number that the tiniest
// scales make infinite has code 0, as one divided by a scale of 0.
template <typename T>
LORA_CLONES uint32_t packRow(const T* from, int64_t columns, int8_t* codes)
{
    float numbers[kPart];
    uint32_t largest = 0;
    for (int64_t k = 0; k < columns; k += kPart) {
        largest =
            std::max(largest, widenAndMeasure(from + k, std::min(kPart, columns - k), numbers));
    }
    // LibTorch divides a number by a tensor in two steps.
    const float factor = 1.0F / std::bit_cast<float>(largest) * kLargestCode;
    for (int64_t k = 0; k < columns; ++k) {
        const float code = std::nearbyint(widened(from[k]) * factor);
        codes[k] = std::abs(code) <= kLargestCode ? static_cast<int8_t>(static_cast<int>(code))
                                                  : int8_t(0);
    }
    return largest;
}

} // namespace

Int8Weight quantizeInt8(const Tensor& weight)
{
    TORCH_CHECK(weight.is_cpu() && weight.is_contiguous() && weight.dim() == 2
                    && weight.numel() > 0,
                "int8: packs contiguous weights [rows, columns] in this machine's memory");
    const int64_t rows = weight.size(0);
    const int64_t columns = weight.size(1);
    Int8Weight result{at::empty({rows, columns}, at::kChar), at::empty({rows}, at::kFloat)};
    auto* codes = result.codes.data_ptr<int8_t>();
    auto* scales = result.scales.data_ptr<float>();
    std::atomic<bool> isFinite = true;
    const auto pack = [&](const auto* from) {
        at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
            for (int64_t row = begin; row < end; ++row) {
                const uint32_t largest =
                    packRow(from + row * columns, columns, codes + row * columns);
                scales[row] = std::bit_cast<float>(largest);
                if (largest >= kInfinityBits) {
                    isFinite = false;
                }
            }
        });
    };
    withFloatType(weight.scalar_type(),
                  [&](auto zero) { pack(weight.const_data_ptr<decltype(zero)>()); });
    if (!isFinite) {
        tensors::requireFinite(weight, "to be quantised", {});
    }
    return result;
}

void checkParts(const Int8Weight& weight)
{
    TORCH_CHECK(weight.codes.scalar_type() == at::kChar && weight.codes.dim() == 2
                    && weight.codes.is_contiguous() && weight.scales.scalar_type() == at::kFloat
                    && weight.scales.is_contiguous()
                    && weight.scales.numel() == weight.codes.size(0),
                "int8: ",
                weight.scales.numel(),
                " scales for codes of ",
                weight.codes.sizes());
}

Tensor dequantizeInt8(const Int8Weight& weight)
{
    checkParts(weight);
    return weight.codes.to(at::kFloat)
        .mul_(weight.scales.view({-1, 1}))
        .mul_(static_cast<double>(kInt8Undone));
}

} // namespace engine::kernels
