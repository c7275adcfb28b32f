// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Tokens that a tokenizer has and a model has not.
#pragma once

#include "engine/text/renderer.h"

#include <cstdint>
#include <vector>

namespace engine::text {

// Failure kBadTokenizer names the first of `ids` that is not below `rows`, the rows of the model's
// embedding.
void requireRows(const std::vector<int64_t>& ids, int64_t rows, const Tokenizer& tokenizer);
void requireRows(const std::vector<TokenSample>& samples, int64_t rows, const Tokenizer& tokenizer);

} // namespace engine::text
