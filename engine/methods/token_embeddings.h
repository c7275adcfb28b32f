// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Trained embeddings of virtual tokens, and how they begin: what prompt, prefix-embedding and
// prefix-layer tuning share.
#pragma once

#include "engine/nn/decoder.h"

#include <cstdint>
#include <utility>

namespace engine::methods {

class TokenEmbeddings : public nn::VirtualTokens
{
public:
    // rows [count, hidden]: those of the prefix, then `infix` of the infix.
    explicit TokenEmbeddings(at::Tensor rows, int64_t infix = 0)
        : m_rows(std::move(rows)), m_infix(infix)
    {
    }
    int64_t count() const override { return m_rows.size(0); }
    int64_t infixCount() const override { return m_infix; }
    at::Tensor embeddings() const override { return m_rows; }

private:
    at::Tensor m_rows;
    int64_t m_infix;
};

// Tokens of the vocabulary that virtual ones begin as: int64 [count].
at::Tensor startTokens(int64_t count, const nn::Decoder& decoder, uint64_t seed);
// Their embeddings, as the model scales them: [tokens, hidden].
at::Tensor startEmbeddings(const at::Tensor& tokens, const nn::Decoder& decoder);

} // namespace engine::methods
