// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_embedding.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/matmul.h>

namespace engine::methods {

at::Tensor LowRankEmbedding::forward(const at::Tensor& ids, const nn::Pass&) const
{
    return at::matmul(m_b, m_a.index_select(1, ids)).t() * m_scale;
}

} // namespace engine::methods
