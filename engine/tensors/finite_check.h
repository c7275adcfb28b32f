// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Finds NaN and infinities by looking at bits, in one pass and without temporaries: `inspect model
// --check` and loading.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::tensors {

using at::Tensor;

struct NonFinite
{
    std::vector<std::int64_t> index; // one number per dimension
    double value;                    // NaN, or an infinity with its sign
};

// The first non-finite value in row-major order; nothing when all are finite or the type holds no
// such values.
std::optional<NonFinite> firstNonFinite(const Tensor& tensor);

// "holds NaN at [1, 5]".
std::string describe(const NonFinite& found);

// kNonFinite naming the tensor, the value and its place; `where` is the file.
void requireFinite(const Tensor& tensor, std::string_view name, std::string_view where);

} // namespace engine::tensors
