// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/nf4.h"
#include "engine/kernels/nf4_run.h"
#include "engine/kernels/processor.h"

namespace engine::kernels {
namespace {

constexpr int64_t kScalesAtOnce = 64;

// table[code] · scale + mean, each rounded by itself: this file is compiled without fused products.
void scalesOf(const Nf4Weight& weight, int64_t first, int64_t count, float* __restrict to)
{
    if (weight.scales.scalar_type() != at::kByte) {
        std::copy_n(weight.scales.const_data_ptr<float>() + first, count, to);
        return;
    }
    const auto* codes = weight.scales.const_data_ptr<uint8_t>();
    const auto* table = weight.scaleTable.const_data_ptr<float>();
    const auto* scales = weight.scaleScales.const_data_ptr<float>();
    const auto offset = static_cast<float>(weight.offset);
    const int64_t last = first + count;
    int64_t end = (first / weight.scaleBlock + 1) * weight.scaleBlock;
    for (int64_t i = first; i < last; end += weight.scaleBlock) {
        const float scale = scales[end / weight.scaleBlock - 1];
        const int64_t stop = std::min(last, end);
        for (; i < stop; ++i) {
            *to++ = table[codes[i]] * scale + offset;
        }
    }
}

template <typename T>
void unpackFast(const Nf4Run& run, T* to)
{
    if (instructionSet() >= InstructionSet::Avx512) {
        unpackRunAvx512(run, to);
    } else if (instructionSet() >= InstructionSet::Avx2) {
        unpackRunAvx2(run, to);
    } else {
        unpackRun(run, to);
    }
}

} // namespace

template <typename T>
void unpackRun(const Nf4Run& run, T* to)
{
    eachBlock(run, to, [&run](int64_t first, int64_t count, float scale, T* part) {
        T table[kNf4Codes];
        scaledTable(scale, run.dtype, table);
        lookUp(run.codes, first, count, table, part);
    });
}

template void unpackRun<float>(const Nf4Run&, float*);
template void unpackRun<c10::BFloat16>(const Nf4Run&, c10::BFloat16*);
template void unpackRun<c10::Half>(const Nf4Run&, c10::Half*);

template <typename T>
void unpackNumbers(const Nf4Weight& weight,
                   int64_t first,
                   int64_t count,
                   at::ScalarType dtype,
                   T* to,
                   bool passesCache)
{
    const int64_t last = first + count;
    while (first < last) {
        const int64_t block = first / weight.block;
        const int64_t end = std::min(last, (block + kScalesAtOnce) * weight.block);
        const int64_t blocks = (end + weight.block - 1) / weight.block - block;
        float scales[kScalesAtOnce];
        scalesOf(weight, block, blocks, scales);
        unpackFast<T>({weight.codes.const_data_ptr<uint8_t>(),
                       first,
                       end - first,
                       weight.block,
                       scales,
                       dtype,
                       passesCache},
                      to);
        to += end - first;
        first = end;
    }
}

template void
unpackNumbers<float>(const Nf4Weight&, int64_t, int64_t, at::ScalarType, float*, bool);
template void unpackNumbers<c10::BFloat16>(
    const Nf4Weight&, int64_t, int64_t, at::ScalarType, c10::BFloat16*, bool);
template void
unpackNumbers<c10::Half>(const Nf4Weight&, int64_t, int64_t, at::ScalarType, c10::Half*, bool);

} // namespace engine::kernels
