// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/nf4.h"

#include "engine/kernels/nf4_table.h"
#include "engine/kernels/registry.h"
#include "engine/kernels/vectors.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace engine::kernels {
namespace {

void checkParts(const Nf4Weight& weight)
{
    const int64_t numbers = weight.numbers();
    TORCH_CHECK(weight.block > 0 && weight.block % 8 == 0 && weight.scaleBlock > 0,
                "nf4: blocks of ",
                weight.block,
                " and ",
                weight.scaleBlock);
    const int64_t blocks = (numbers + weight.block - 1) / weight.block;
    const bool isDouble = weight.scales.scalar_type() == at::kByte;
    TORCH_CHECK(weight.codes.scalar_type() == at::kByte && weight.codes.is_contiguous()
                    && weight.codes.numel() == (numbers + 1) / 2 && weight.scales.is_contiguous()
                    && weight.scales.numel() == blocks
                    && (isDouble || weight.scales.scalar_type() == at::kFloat),
                "nf4: ",
                weight.codes.numel(),
                " bytes and ",
                weight.scales.numel(),
                " scales do not hold ",
                numbers,
                " numbers in blocks of ",
                weight.block);
    TORCH_CHECK(!isDouble
                    || (weight.scaleTable.defined() && weight.scaleTable.numel() == 256
                        && weight.scaleTable.scalar_type() == at::kFloat
                        && weight.scaleScales.defined()
                        && weight.scaleScales.scalar_type() == at::kFloat
                        && weight.scaleScales.numel()
                               == (blocks + weight.scaleBlock - 1) / weight.scaleBlock),
                "nf4: the scales' own table or scales do not fit ",
                blocks,
                " scales");
}

float scaleOf(const Nf4Weight& weight, int64_t block)
{
    if (weight.scales.scalar_type() != at::kByte) {
        return weight.scales.const_data_ptr<float>()[block];
    }
    const uint8_t code = weight.scales.const_data_ptr<uint8_t>()[block];
    return weight.scaleTable.const_data_ptr<float>()[code]
               * weight.scaleScales.const_data_ptr<float>()[block / weight.scaleBlock]
           + static_cast<float>(weight.offset);
}

} // namespace

int64_t Nf4Weight::numbers() const
{
    return c10::multiply_integers(shape);
}

Tensor dequantizeNf4(const Nf4Weight& weight, at::ScalarType type)
{
    checkParts(weight);
    if (const DeviceKernels* device = kernelsFor(weight.codes)) {
        return device->dequantizeNf4(weight, type);
    }
    Tensor result = at::empty(weight.shape, weight.codes.options().dtype(type));
    const int64_t numbers = weight.numbers();
    const auto* codes = weight.codes.const_data_ptr<uint8_t>();
    AT_DISPATCH_FLOATING_TYPES_AND2(at::kBFloat16, at::kHalf, type, "dequantizeNf4", [&] {
        auto* to = result.data_ptr<scalar_t>();
        at::parallel_for(0, weight.scales.numel(), 64, [&](int64_t begin, int64_t end) {
            for (int64_t block = begin; block < end; ++block) {
                const float scale = scaleOf(weight, block);
                const int64_t last = std::min(numbers, (block + 1) * weight.block);
                for (int64_t i = block * weight.block; i < last; ++i) {
                    const int code = codes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
                    to[i] = narrowed<scalar_t>(kNf4[static_cast<std::size_t>(code)] * scale);
                }
            }
        });
    });
    return result;
}

} // namespace engine::kernels
