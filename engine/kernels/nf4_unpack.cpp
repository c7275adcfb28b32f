// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A block has but sixteen numbers: they are multiplied with its scale and rounded once, then looked
// up.
#include "engine/kernels/float_types.h"
#include "engine/kernels/nf4.h"
#include "engine/kernels/nf4_table.h"

namespace engine::kernels {

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

template <typename T>
void unpackNumbers(
    const Nf4Weight& weight, int64_t first, int64_t count, at::ScalarType dtype, T* to)
{
    constexpr int64_t kCodes = 16;
    const auto* codes = weight.codes.const_data_ptr<uint8_t>();
    const int64_t last = first + count;
    for (int64_t i = first; i < last;) {
        const int64_t block = i / weight.block;
        const float scale = scaleOf(weight, block);
        float numbers[kCodes];
        for (std::size_t code = 0; code < kCodes; ++code) {
            numbers[code] = kNf4[code] * scale;
        }
        roundTo(dtype, numbers, kCodes);
        T table[kCodes];
        for (std::size_t code = 0; code < kCodes; ++code) {
            table[code] = narrowed<T>(numbers[code]);
        }
        for (const int64_t end = std::min(last, (block + 1) * weight.block); i < end; ++i) {
            *to++ = table[codes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
        }
    }
}

template void unpackNumbers<float>(const Nf4Weight&, int64_t, int64_t, at::ScalarType, float*);
template void
unpackNumbers<c10::BFloat16>(const Nf4Weight&, int64_t, int64_t, at::ScalarType, c10::BFloat16*);
template void
unpackNumbers<c10::Half>(const Nf4Weight&, int64_t, int64_t, at::ScalarType, c10::Half*);

} // namespace engine::kernels
