// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The arithmetic of bitsandbytes, backends/default/ops.py, quantize_4bit: whole blocks are
// multiplied by the reciprocal of their scale, a last part of one is divided by it; a scale counts
// as at least 1e-38, and is kept as that in the last part alone.
#include "engine/kernels/dynamic_map.h"
#include "engine/kernels/finite_numbers.h"
#include "engine/kernels/float_types.h"
#include "engine/kernels/nf4.h"
#include "engine/kernels/nf4_table.h"
#include "engine/tensors/finite_check.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mean.h>

#include <array>
#include <atomic>

namespace engine::kernels {
namespace {

constexpr int64_t kLargestBlock = 4096;
constexpr int64_t kSmallestBlock = 32;
constexpr int64_t kTaskBlocks = 64; // of a thread at once
constexpr float kSmallestScale = 1e-38F;

// Half-way between neighbours of the table: a number above as many of them has that code.
constexpr std::array<float, 15> borders()
{
    std::array<float, 15> result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = (kNf4[i] + kNf4[i + 1]) / 2;
    }
    return result;
}

// One block into its codes, two a byte; returns the bits of its largest magnitude.
template <typename T>
LORA_CLONES uint32_t packBlock(const T* from, int64_t count, bool isWhole, uint8_t* codes)
{
    static constexpr std::array<float, 15> kBorders = borders();
    float numbers[kLargestBlock];
    uint8_t codeOf[kLargestBlock];
    const uint32_t largest = widenAndMeasure(from, count, numbers);
    const float scale = std::max(std::bit_cast<float>(largest), kSmallestScale);
    const float factor = 1.0F / scale;
    for (int64_t i = 0; i < count; ++i) {
        const float placed = isWhole ? numbers[i] * factor : numbers[i] / scale;
        const float number = std::min(std::max(placed, -1.0F), 1.0F);
        uint32_t code = 0;
        for (const float border : kBorders) {
            code += static_cast<uint32_t>(number > border);
        }
        codeOf[i] = static_cast<uint8_t>(code);
    }
    constexpr uint8_t kZero = 7;
    if (count % 2 != 0) {
        codeOf[count] = kZero;
    }
    for (int64_t i = 0; i < (count + 1) / 2; ++i) {
        codes[i] = static_cast<uint8_t>(codeOf[2 * i] << 4 | codeOf[2 * i + 1]);
    }
    return largest;
}

// Scales less their mean, in 8 bits.
void quantizeScales(Nf4Weight& weight)
{
    const Tensor mean = weight.scales.mean();
    const Tensor centred = weight.scales - mean;
    Tensor codes = at::empty({centred.numel()}, at::kByte);
    Tensor scales =
        at::empty({(centred.numel() + weight.scaleBlock - 1) / weight.scaleBlock}, at::kFloat);
    quantizeBlockwise(centred, DynamicMap::ofSigned(), weight.scaleBlock, codes, scales);
    weight.scales = codes;
    weight.scaleTable = DynamicMap::ofSigned().numbers();
    weight.scaleScales = scales;
    weight.offset = mean.item<float>();
}

} // namespace

Nf4Weight quantizeNf4(const Tensor& weight, bool doubleQuant, int64_t block)
{
    TORCH_CHECK(block >= kSmallestBlock && block <= kLargestBlock && (block & (block - 1)) == 0,
                "nf4: a block of ",
                block,
                " is no power of two from 32 to 4096");
    TORCH_CHECK(weight.is_cpu() && weight.is_contiguous() && weight.numel() > 0,
                "nf4: packs contiguous weights in this machine's memory");
    const int64_t numbers = weight.numel();
    const int64_t blocks = (numbers + block - 1) / block;
    Nf4Weight result;
    result.block = block;
    result.shape = weight.sizes().vec();
    result.codes = at::empty({(numbers + 1) / 2}, at::kByte);
    result.scales = at::empty({blocks}, at::kFloat);
    auto* codes = result.codes.data_ptr<uint8_t>();
    auto* scales = result.scales.data_ptr<float>();
    std::atomic<bool> isFinite = true;
    const auto pack = [&](const auto* from) {
        at::parallel_for(0, blocks, kTaskBlocks, [&](int64_t begin, int64_t end) {
            for (int64_t b = begin; b < end; ++b) {
                const int64_t first = b * block;
                const int64_t count = std::min(block, numbers - first);
                const uint32_t largest =
                    packBlock(from + first, count, count == block, codes + first / 2);
                const auto scale = std::bit_cast<float>(largest);
                scales[b] = count == block ? scale : std::max(scale, kSmallestScale);
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
    if (doubleQuant) {
        quantizeScales(result);
    }
    return result;
}

} // namespace engine::kernels
