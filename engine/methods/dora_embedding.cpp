// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/dora_embedding.h"

#include "engine/kernels/rescaled.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/matmul.h>

namespace engine::methods {

DoraEmbedding::DoraEmbedding(const nn::Embedding& table,
                             kernels::LowRank update,
                             at::Tensor magnitude)
    : m_table(table), m_update(std::move(update)), m_magnitude(std::move(magnitude)),
      m_norms(m_update.rows, {m_update})
{
}

at::Tensor DoraEmbedding::forward(const at::Tensor& ids, const nn::Pass&) const
{
    const at::Tensor rows = m_table.rows(ids).to(at::kFloat);
    const at::Tensor update =
        at::matmul(m_update.b, m_update.a.index_select(1, ids)).t() * m_update.scale;
    return kernels::rescaled(rows, update, m_norms.gain(m_magnitude, m_table));
}

} // namespace engine::methods
