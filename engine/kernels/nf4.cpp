// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/nf4.h"

#include "engine/kernels/float_types.h"
#include "engine/kernels/registry.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace engine::kernels {
namespace {

template <typename T>
void unpackAll(const Nf4Weight& weight, T* to)
{
    constexpr int64_t kTaskBlocks = 64; // of a thread at once
    at::parallel_for(0, weight.scales.numel(), kTaskBlocks, [&](int64_t begin, int64_t end) {
        const int64_t first = begin * weight.block;
        const int64_t last = std::min(weight.numbers(), end * weight.block);
        unpackNumbers(weight, first, last - first, at::kFloat, to + first);
    });
}

} // namespace

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

int64_t Nf4Weight::numbers() const
{
    return c10::multiply_integers(shape);
}

int64_t Nf4Weight::bytes() const
{
    const std::size_t ofScales = scaleScales.defined() ? scaleScales.nbytes() : 0;
    return static_cast<int64_t>(codes.nbytes() + scales.nbytes() + ofScales);
}

Tensor dequantizeNf4(const Nf4Weight& weight, at::ScalarType type)
{
    checkParts(weight);
    if (const DeviceKernels* device = kernelsFor(weight.codes)) {
        return device->dequantizeNf4(weight, type);
    }
    Tensor result = at::empty(weight.shape, weight.codes.options().dtype(type));
    withFloatType(type, [&](auto zero) { unpackAll(weight, result.data_ptr<decltype(zero)>()); });
    return result;
}

} // namespace engine::kernels
