// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/dora_adapter.h"

#include "engine/kernels/rescaled.h"
#include "engine/methods/input_dropout.h"
#include "engine/methods/low_rank_adapter.h"
#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_add.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/linear.h>

namespace engine::methods {

namespace {

at::Tensor product(const at::Tensor& x, const kernels::LowRank& update)
{
    const at::ScalarType type = x.scalar_type();
    return at::linear(at::linear(x, update.a.to(type)), update.b.to(type)) * update.scale;
}

std::vector<kernels::LowRank> listOf(const kernels::LowRank& update, const kernels::LowRank* fixed)
{
    return fixed == nullptr ? std::vector{update} : std::vector{update, *fixed};
}

} // namespace

DoraAdapter::DoraAdapter(std::string name,
                         const nn::Linear& layer,
                         kernels::LowRank update,
                         at::Tensor magnitude,
                         const kernels::LowRank* fixed)
    : m_name(std::move(name)), m_layer(layer), m_update(std::move(update)),
      m_magnitude(std::move(magnitude)), m_norms(m_update.rows, listOf(m_update, fixed))
{
    if (fixed != nullptr) {
        m_fixed = *fixed;
    }
    if (m_update.rows.rows() != layer.spec().out) {
        m_columns = nn::rowIndices(m_update.rows).to(m_magnitude.device());
    }
}

std::optional<nn::LengthUpdate> DoraAdapter::lengthUpdate(const nn::Pass& pass) const
{
    if (m_fixed || !isAlone()) {
        return std::nullopt;
    }
    nn::LengthUpdate lengths{m_update, m_magnitude, m_norms.squares(m_layer)};
    placeDropout(lengths.update, m_name, pass);
    const kernels::RowSlice& rows = m_update.rows;
    const bool isPairs = rows.groups == 1 && rows.offset % 2 == 0 && rows.chunk % 2 == 0;
    if (lengths.update.dropout > 0 && m_columns.defined() && !isPairs) {
        return std::nullopt;
    }
    return lengths;
}

at::Tensor DoraAdapter::gain() const
{
    return m_norms.gain(m_magnitude.detach(), m_layer);
}

at::Tensor
DoraAdapter::forward(const at::Tensor& x, const at::Tensor& base, const nn::Pass& pass) const
{
    const at::Tensor input = dropped(x, m_update.dropout, m_name, pass);
    const bool isSameInput = input.is_same(x);
    at::Tensor weight = frozen(input, base, isSameInput);
    at::Tensor change;
    const at::Tensor gain = m_norms.gain(m_magnitude, m_layer);
    if (m_fixed) {
        const at::Tensor fixed = product(input, *m_fixed);
        change = kernels::rescaled(weight + fixed, product(input, m_update), gain)
                 + (isSameInput ? fixed : product(x, *m_fixed));
    } else {
        change = kernels::rescaled(weight, product(input, m_update), gain);
    }
    return m_columns.defined() ? base.index_add(1, m_columns, change) : base + change;
}

// Whether no other adapter of the layer writes the same rows: then `base` is x Wᵀ + b there.
bool DoraAdapter::isAlone() const
{
    const std::vector<const nn::Adapter*>& all = m_layer.adapters();
    return std::all_of(all.begin(), all.end(), [this](const nn::Adapter* adapter) {
        const auto* other = dynamic_cast<const DoraAdapter*>(adapter);
        return other == this
               || (other != nullptr && m_columns.defined() && other->m_columns.defined()
                   && other->m_update.rows.offset != m_update.rows.offset);
    });
}

// x Wᵀ on the rows of the update.
at::Tensor DoraAdapter::frozen(const at::Tensor& x, const at::Tensor& base, bool isSameInput) const
{
    const auto rows = [this](const at::Tensor& tensor, int64_t dimension) {
        return m_columns.defined() ? tensor.index_select(dimension, m_columns) : tensor;
    };
    if (!isSameInput || !isAlone()) {
        if (m_layer.isQuantized()) {
            return rows(m_layer.product(x), 1);
        }
        return at::linear(x, rows(m_layer.weight(), 0).to(x.scalar_type()));
    }
    const at::Tensor& bias = m_layer.bias();
    const at::Tensor outputs = rows(base, 1);
    return bias.defined() ? outputs - rows(bias, 0).to(x.scalar_type()) : outputs;
}

} // namespace engine::methods
