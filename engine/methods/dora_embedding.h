// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// DoRA of an embedding E [rows, width], whose columns are what has a length: row i becomes
// g ⊙ (E[i] + scale · B A[:, i]), g = m / n with n the norms of the columns of E + scale · (B A)ᵀ.
// No dropout. Source: peft (tuners/lora/dora.py, DoraEmbeddingLayer).
// Compute thread only. Shares A, B and m with whoever trains or loaded them.
#pragma once

#include "engine/methods/row_norms.h"
#include "engine/nn/decoder.h"

namespace engine::methods {

class DoraEmbedding final : public nn::EmbeddingAdapter
{
public:
    //   table      the decoder's own E; outlives this
    //   update     a [rank, rows of the embedding], b [width, rank]
    //   magnitude  m, float32 [width]
    DoraEmbedding(const nn::Embedding& table, kernels::LowRank update, at::Tensor magnitude);

    at::Tensor forward(const at::Tensor& ids, const nn::Pass& pass) const override;

private:
    const nn::Embedding& m_table;
    kernels::LowRank m_update;
    at::Tensor m_magnitude;
    RowNorms m_norms;
};

} // namespace engine::methods
