// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/embedding_rows.h"

#include "engine/device/failure.h"

#include <algorithm>

namespace engine::text {

void requireRows(const std::vector<int64_t>& ids, int64_t rows, const Tokenizer& tokenizer)
{
    const auto beyond =
        std::find_if(ids.begin(), ids.end(), [&](int64_t id) { return id >= rows; });
    if (beyond != ids.end()) {
        const auto token = tokenizer.piece(*beyond);
        throw Failure(code::kBadTokenizer,
                      "the token " + token + " (" + std::to_string(*beyond)
                          + ") has no row in the model's embedding, which ends at "
                          + std::to_string(rows - 1),
                      "Leave it out of the text, take the tokenizer of this model, or resize the "
                      "embedding with the program that added the token.",
                      token);
    }
}

void requireRows(const std::vector<TokenSample>& samples, int64_t rows, const Tokenizer& tokenizer)
{
    for (const auto& sample : samples) {
        requireRows(sample.ids, rows, tokenizer);
    }
}

} // namespace engine::text
