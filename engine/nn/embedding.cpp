// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/embedding.h"

#include "engine/kernels/quantized_rows.h"
#include "engine/kernels/trained_table.h"
#include "engine/kernels/weight_gradient.h"

#include <ATen/ops/embedding.h>

namespace engine::nn {

at::Tensor Embedding::rows(const at::Tensor& ids) const
{
    const at::Tensor here = ids.to(device());
    if (isQuantized()) {
        return kernels::gatherRows(*m_quantized, here);
    }
    const bool isTrained = at::GradMode::is_enabled() && kernels::isTrainedInPlace(m_weight);
    return isTrained ? kernels::trainedTableRows(m_weight, here) : at::embedding(m_weight, here);
}

int64_t Embedding::size() const
{
    return isQuantized() ? m_quantized->rows() : m_weight.size(0);
}

int64_t Embedding::width() const
{
    return isQuantized() ? m_quantized->columns() : m_weight.size(1);
}

at::Device Embedding::device() const
{
    return isQuantized() ? m_quantized->device() : m_weight.device();
}

at::Tensor Embedding::dense() const
{
    return isQuantized() ? kernels::dequantize(*m_quantized, m_quantized->dtype) : m_weight;
}

} // namespace engine::nn
