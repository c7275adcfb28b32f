// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A low-rank update of an embedding: row i becomes E[i] + scale · B A[:, i]. No dropout, as in PEFT
// (tuners/lora/layer.py, Embedding). Shares A and B with whoever trains or loaded them.
#pragma once

#include "engine/nn/embedding_adapter.h"

namespace engine::methods {

class LowRankEmbedding final : public nn::EmbeddingAdapter
{
public:
    //   a  [rank, rows of the embedding]   b  [width, rank]
    LowRankEmbedding(at::Tensor a, at::Tensor b, double scale)
        : m_a(std::move(a)), m_b(std::move(b)), m_rank(m_a.size(0)), m_scale(scale)
    {
    }

    // From now on only the first `rank` rows of A and columns of B, times `scale`.
    void useRank(int64_t rank, double scale)
    {
        m_rank = rank;
        m_scale = scale;
    }

    at::Tensor forward(const at::Tensor& ids, const nn::Pass& pass) const override;

private:
    at::Tensor m_a;
    at::Tensor m_b;
    int64_t m_rank; // in use
    double m_scale;
};

} // namespace engine::methods
