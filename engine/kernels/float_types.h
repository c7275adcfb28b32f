// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What packing and unpacking weights share: the types of their numbers, and rounding on the way
// out.
#pragma once

#include "engine/kernels/vectors.h"

#include <c10/core/ScalarType.h>
#include <c10/util/Exception.h>

namespace engine::kernels {

// run(T()) with the type of float32 or half numbers. Throws c10::Error for other types.
template <typename Run>
void withFloatType(c10::ScalarType type, Run&& run)
{
    switch (type) {
    case c10::kFloat:
        run(float());
        break;
    case c10::kBFloat16:
        run(c10::BFloat16());
        break;
    case c10::kHalf:
        run(c10::Half());
        break;
    default:
        TORCH_CHECK(false, "packed weights are made of float32 or half types, not of ", type);
    }
}

// float32 numbers rounded to a half type and back; other types leave them.
[[gnu::always_inline]] inline void roundTo(c10::ScalarType dtype, float* numbers, int64_t count)
{
    if (dtype == c10::kBFloat16) {
        for (int64_t i = 0; i < count; ++i) {
            numbers[i] = widened(narrowed<c10::BFloat16>(numbers[i]));
        }
    } else if (dtype == c10::kHalf) {
        for (int64_t i = 0; i < count; ++i) {
            numbers[i] = widened(narrowed<c10::Half>(numbers[i]));
        }
    }
}

} // namespace engine::kernels
