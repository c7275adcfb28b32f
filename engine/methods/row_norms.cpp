// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/row_norms.h"

#include "engine/nn/embedding.h"
#include "engine/nn/linear.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/as_strided.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>

#include <algorithm>

namespace engine::methods {

namespace {

constexpr int64_t kWidened = int64_t{1} << 22; // numbers of a 16-bit weight in float32 at a time

// [groups, chunk, in]: the rows of the slice, nothing copied.
at::Tensor viewOf(const at::Tensor& weight, const kernels::RowSlice& rows)
{
    const int64_t stride = weight.stride(0);
    return weight.as_strided({rows.groups, rows.chunk, weight.size(1)},
                             {rows.stride * stride, stride, weight.stride(1)},
                             weight.storage_offset() + rows.offset * stride);
}

// Whether both show the same numbers in the same order.
bool isSameView(const at::Tensor& x, const at::Tensor& y)
{
    return x.defined() && x.const_data_ptr() == y.const_data_ptr() && x.sizes() == y.sizes()
           && x.strides() == y.strides();
}

// W Aᵀ, float32 [rows, rank].
at::Tensor product(const at::Tensor& weight, const kernels::RowSlice& rows, const at::Tensor& a)
{
    const at::Tensor view = viewOf(weight, rows);
    const at::Tensor columns = a.t();
    if (weight.scalar_type() == at::kFloat) {
        return at::matmul(view, columns).reshape({rows.rows(), -1});
    }
    const int64_t step = std::max<int64_t>(1, kWidened / (rows.groups * view.size(2)));
    std::vector<at::Tensor> parts;
    for (int64_t first = 0; first < rows.chunk; first += step) {
        const int64_t count = std::min(step, rows.chunk - first);
        parts.push_back(at::matmul(view.narrow(1, first, count).to(at::kFloat), columns));
    }
    return at::cat(parts, 1).reshape({rows.rows(), -1});
}

// A row of zeros has no direction to keep.
at::Tensor gainOf(const at::Tensor& magnitude, const at::Tensor& norms)
{
    return magnitude / at::where(norms == 0, at::ones_like(norms), norms);
}

} // namespace

RowNorms::RowNorms(kernels::RowSlice rows, std::vector<kernels::LowRank> updates)
    : m_rows(rows), m_updates(std::move(updates))
{
}

// Frozen updates do not change; of trained ones the numbers are compared, which a GPU would wait
// for.
bool RowNorms::isCurrent() const
{
    if (!m_norms.defined()) {
        return false;
    }
    if (!isTrained()) {
        return true;
    }
    bool isEqual = m_copies.size() == 2 * m_updates.size(); // none are kept of a GPU's
    for (std::size_t i = 0; isEqual && i < m_updates.size(); ++i) {
        isEqual = at::equal(m_updates[i].a, m_copies[2 * i])
                  && at::equal(m_updates[i].b, m_copies[2 * i + 1]);
    }
    return isEqual;
}

bool RowNorms::isTrained() const
{
    return std::any_of(m_updates.begin(), m_updates.end(), [](const kernels::LowRank& update) {
        return update.a.requires_grad() || update.b.requires_grad();
    });
}

at::Tensor RowNorms::of(const at::Tensor& weight) const
{
    const bool isSame = isSameView(m_weight, weight);
    if (!isSame || !isCurrent()) {
        compute(weight, isSame);
        m_weight = weight;
        m_quantized.reset();
    }
    return m_norms;
}

template <typename Dense>
at::Tensor RowNorms::ofQuantized(const std::shared_ptr<const kernels::QuantizedWeight>& weight,
                                 Dense dense) const
{
    const bool isSame = m_quantized == weight;
    if (!isSame || !isCurrent()) {
        compute(dense(), isSame);
        m_quantized = weight;
        m_weight.reset();
    }
    return m_norms;
}

at::Tensor RowNorms::of(const nn::Linear& layer) const
{
    return layer.isQuantized() ? ofQuantized(layer.quantized(), [&] { return layer.dense(); })
                               : of(layer.weight());
}

at::Tensor RowNorms::squares(const nn::Linear& layer) const
{
    const bool isSame = layer.isQuantized() ? m_quantized == layer.quantized()
                                            : isSameView(m_weight, layer.weight());
    if (!isSame) {
        const at::NoGradGuard untracked;
        m_squares = squaresOf(layer.dense());
        m_weight = layer.isQuantized() ? at::Tensor() : layer.weight();
        m_quantized = layer.quantized();
        m_norms.reset();
    }
    return m_squares;
}

at::Tensor RowNorms::squaresOf(const at::Tensor& weight) const
{
    const at::Tensor norms =
        at::linalg_vector_norm(viewOf(weight, m_rows), 2, {2}, /*keepdim=*/false, at::kFloat);
    return norms.reshape({m_rows.rows()}).to(at::kDouble).square();
}

void RowNorms::compute(const at::Tensor& weight, bool isSameWeight) const
{
    const at::NoGradGuard untracked;
    if (!isSameWeight) {
        m_squares = squaresOf(weight);
    }
    if (m_updates.empty()) {
        m_norms = m_squares.sqrt().to(at::kFloat);
        return;
    }
    std::vector<at::Tensor> a, b;
    m_copies.clear();
    for (const kernels::LowRank& update : m_updates) {
        a.push_back(update.a.detach());
        b.push_back(update.b.detach() * update.scale);
        if (isTrained() && update.a.is_cpu()) {
            m_copies.push_back(update.a.detach().clone());
            m_copies.push_back(update.b.detach().clone());
        }
    }
    const at::Tensor inner = a.size() == 1 ? a.front() : at::cat(a);
    const at::Tensor outer = (b.size() == 1 ? b.front() : at::cat(b, 1)).to(at::kDouble);
    const at::Tensor mixed = product(weight, m_rows, inner).to(at::kDouble).mul_(outer).sum(1);
    const at::Tensor wide = inner.to(at::kDouble);
    const at::Tensor own = at::matmul(outer, at::matmul(wide, wide.t())).mul_(outer).sum(1);
    m_norms = (m_squares + mixed * 2 + own).clamp_min_(0).sqrt_().to(at::kFloat);
}

at::Tensor RowNorms::gain(const at::Tensor& magnitude, const at::Tensor& weight) const
{
    return gainOf(magnitude, of(weight));
}

at::Tensor RowNorms::gain(const at::Tensor& magnitude, const nn::Linear& layer) const
{
    return gainOf(magnitude, of(layer));
}

at::Tensor RowNorms::gain(const at::Tensor& magnitude, const nn::Embedding& table) const
{
    return gainOf(magnitude,
                  table.isQuantized()
                      ? ofQuantized(table.quantized(), [&] { return table.dense().t(); })
                      : of(table.weight().t()));
}

} // namespace engine::methods
