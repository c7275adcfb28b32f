// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_embedding.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/matmul.h>

namespace engine::methods {

at::Tensor LowRankEmbedding::forward(const at::Tensor& ids, const nn::Pass&) const
{
    const at::Tensor inner = m_a.narrow(0, 0, m_rank).index_select(1, ids);
    return at::matmul(m_b.narrow(1, 0, m_rank), inner).t() * m_scale;
}

} // namespace engine::methods
