// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/int8.h"
#include "engine/kernels/int8_run.h"
#include "engine/kernels/processor.h"

namespace engine::kernels {
namespace {

constexpr int64_t kPart = 256; // numbers at once, in registers and cache

template <typename T>
LORA_CLONES void
unpackPart(const int8_t* codes, int64_t count, float scale, at::ScalarType dtype, T* to)
{
    float numbers[kPart];
    for (int64_t i = 0; i < count; ++i) {
        numbers[i] = int8Number(codes[i], scale);
    }
    roundTo(dtype, numbers, count);
    for (int64_t i = 0; i < count; ++i) {
        to[i] = narrowed<T>(numbers[i]);
    }
}

template <typename T>
void unpackFast(const Int8Run& run, T* to)
{
    if (instructionSet() >= InstructionSet::Avx512) {
        unpackInt8Avx512(run, to);
    } else if (instructionSet() >= InstructionSet::Avx2) {
        unpackInt8Avx2(run, to);
    } else {
        unpackInt8(run, to);
    }
}

} // namespace

template <typename T>
void unpackInt8(const Int8Run& run, T* to)
{
    for (int64_t i = 0; i < run.count; i += kPart) {
        unpackPart(run.codes + i, std::min(kPart, run.count - i), run.scale, run.dtype, to + i);
    }
}

template void unpackInt8<float>(const Int8Run&, float*);
template void unpackInt8<c10::BFloat16>(const Int8Run&, c10::BFloat16*);
template void unpackInt8<c10::Half>(const Int8Run&, c10::Half*);

template <typename T>
void unpackRow(const Int8Weight& weight,
               int64_t row,
               int64_t firstColumn,
               int64_t columns,
               at::ScalarType dtype,
               T* to,
               bool passesCache)
{
    unpackFast<T>({weight.codes.const_data_ptr<int8_t>() + row * weight.codes.size(1) + firstColumn,
                   columns,
                   weight.scales.const_data_ptr<float>()[row],
                   dtype,
                   passesCache},
                  to);
}

template void
unpackRow<float>(const Int8Weight&, int64_t, int64_t, int64_t, at::ScalarType, float*, bool);
template void unpackRow<c10::BFloat16>(
    const Int8Weight&, int64_t, int64_t, int64_t, at::ScalarType, c10::BFloat16*, bool);
template void unpackRow<c10::Half>(
    const Int8Weight&, int64_t, int64_t, int64_t, at::ScalarType, c10::Half*, bool);

} // namespace engine::kernels
