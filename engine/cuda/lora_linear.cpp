// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/lora_linear.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mm.h>

#include <algorithm>

namespace engine::cuda {

using kernels::FrozenMatrix;
using kernels::GroupForward;
using kernels::GroupGradients;
using kernels::LowRank;
using kernels::RowSlice;

namespace {

// Views along a dimension that follow each other without a gap, as one view.
Tensor stacked(const std::vector<Tensor>& parts, int64_t dimension)
{
    const Tensor& first = parts.front();
    int64_t size = 0;
    for (const Tensor& part : parts) {
        const bool follows =
            part.defined() && part.dim() == 2 && part.is_alias_of(first)
            && part.scalar_type() == first.scalar_type() && part.strides() == first.strides()
            && part.stride(1) == 1 && part.size(1 - dimension) == first.size(1 - dimension)
            && part.storage_offset() == first.storage_offset() + size * first.stride(dimension);
        if (!follows) {
            return {};
        }
        size += part.size(dimension);
    }
    std::vector<int64_t> sizes = first.sizes().vec();
    sizes[static_cast<std::size_t>(dimension)] = size;
    return first.as_strided(sizes, first.strides(), first.storage_offset());
}

Tensor joined(const std::vector<Tensor>& parts, int64_t dimension)
{
    return parts.size() == 1 ? parts.front() : at::cat(parts, dimension);
}

std::vector<Tensor> weightsOf(const std::vector<FrozenMatrix>& group)
{
    std::vector<Tensor> weights;
    for (const FrozenMatrix& matrix : group) {
        weights.push_back(matrix.weight);
    }
    return weights;
}

// One product for weights in one piece; else one each.
std::vector<Tensor> frozenProducts(const Tensor& x, const std::vector<FrozenMatrix>& group)
{
    const std::vector<Tensor> weights = weightsOf(group);
    const Tensor whole = stackedRows(weights);
    std::vector<Tensor> outputs;
    if (group.size() > 1 && whole.defined() && whole.scalar_type() == x.scalar_type()) {
        const Tensor all = at::mm(x, whole.t());
        int64_t column = 0;
        for (const Tensor& weight : weights) {
            outputs.push_back(all.narrow(1, column, weight.size(0)));
            column += weight.size(0);
        }
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (group[i].bias.defined()) {
                outputs[i].add_(group[i].bias);
            }
        }
        return outputs;
    }
    for (const FrozenMatrix& matrix : group) {
        const Tensor weightT = matrix.weight.to(x.scalar_type()).t();
        outputs.push_back(matrix.bias.defined()
                              ? at::addmm(matrix.bias.to(x.scalar_type()), x, weightT)
                              : at::mm(x, weightT));
    }
    return outputs;
}

std::vector<Tensor>
lowRankProducts(const Tensor& x, const std::vector<FrozenMatrix>& group, Dropout dropout)
{
    std::vector<Tensor> shared;
    for (const FrozenMatrix& matrix : group) {
        for (const LowRank& update : matrix.updates) {
            if (update.dropout == 0) {
                shared.push_back(update.a);
            }
        }
    }
    const Tensor product =
        shared.empty() ? Tensor() : at::mm(x, joined(shared, 0).to(x.scalar_type()).t());
    std::vector<Tensor> products;
    int64_t column = 0;
    for (const FrozenMatrix& matrix : group) {
        for (const LowRank& update : matrix.updates) {
            if (update.dropout == 0) {
                products.push_back(product.narrow(1, column, update.a.size(0)));
                column += update.a.size(0);
            } else {
                products.push_back(at::mm(dropout(x, update), update.a.to(x.scalar_type()).t()));
            }
        }
    }
    return products;
}

// The columns an update writes, as a view [tokens, groups, chunk].
Tensor sliceOf(const Tensor& outputs, const RowSlice& rows)
{
    const int64_t span = (rows.groups - 1) * rows.stride + rows.chunk;
    return outputs.narrow(1, rows.offset, span).unfold(1, rows.chunk, rows.stride);
}

void addUpdate(Tensor& outputs, const Tensor& lowRank, const LowRank& update)
{
    const Tensor bT = update.b.to(outputs.scalar_type()).t();
    if (update.rows.groups == 1) {
        outputs.narrow(1, update.rows.offset, update.rows.chunk)
            .addmm_(lowRank, bT, 1, update.scale);
        return;
    }
    Tensor slice = sliceOf(outputs, update.rows);
    slice.add_(at::mm(lowRank, bT).view(slice.sizes()), update.scale);
}

Tensor sliceGradient(const Tensor& gradient, const RowSlice& rows)
{
    return rows.groups == 1 ? gradient.narrow(1, rows.offset, rows.chunk)
                            : sliceOf(gradient, rows).reshape({gradient.size(0), rows.rows()});
}

// left · right in float32, which cuBLAS sums in anyhow: no rounding to a half type in between.
Tensor productInFloat(const Tensor& left, const Tensor& right)
{
    const bool isHalf = left.scalar_type() == at::kBFloat16 || left.scalar_type() == at::kHalf;
    return isHalf && left.is_cuda() ? at::mm(left, right, at::kFloat) : at::mm(left, right);
}

void addTo(Tensor& sum, const Tensor& left, const Tensor& right)
{
    if (sum.defined()) {
        sum.addmm_(left, right);
    } else {
        sum = at::mm(left, right);
    }
}

// Σ G W: one product over the joined outputs where weights and gradients allow it.
Tensor frozenInputGradient(const Tensor& x,
                           const std::vector<FrozenMatrix>& group,
                           const std::vector<Tensor>& gradients)
{
    const Tensor whole = stackedRows(weightsOf(group));
    const bool isWhole = std::all_of(
        gradients.begin(), gradients.end(), [](const Tensor& g) { return g.defined(); });
    if (group.size() > 1 && isWhole && whole.defined() && whole.scalar_type() == x.scalar_type()) {
        const Tensor beside = stackedColumns(gradients);
        return at::mm(beside.defined() ? beside : at::cat(gradients, 1), whole);
    }
    Tensor result;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (gradients[i].defined()) {
            addTo(result, gradients[i], group[i].weight.to(x.scalar_type()));
        }
    }
    return result;
}

// The gradients of one group while they are collected.
struct Collected
{
    const Tensor& x;
    const std::vector<bool>& needsParameters;
    bool needsX;
    Dropout dropout;
    GroupGradients gradients;
    // Updates without dropout: scale · G b, a, and where a stands among the parameters.
    std::vector<Tensor> inner;
    std::vector<Tensor> a;
    std::vector<std::size_t> positions;

    void addUpdate(const LowRank& update,
                   const Tensor& lowRank,
                   const Tensor& gradient,
                   std::size_t position)
    {
        if (needsParameters[position + 1]) {
            gradients.parameters[position + 1] =
                productInFloat(gradient.t(), lowRank).to(update.b.scalar_type()).mul_(update.scale);
        }
        if (!needsX && !needsParameters[position]) {
            return;
        }
        const Tensor part = at::mm(gradient, update.b.to(x.scalar_type())).mul_(update.scale);
        if (update.dropout == 0) {
            inner.push_back(part);
            a.push_back(update.a.to(x.scalar_type()));
            positions.push_back(position);
            return;
        }
        if (needsParameters[position]) {
            gradients.parameters[position] = productInFloat(part.t(), dropout(x, update));
        }
        if (needsX) {
            gradients.x.add_(dropout(at::mm(part, update.a.to(x.scalar_type())), update));
        }
    }

    void finishShared()
    {
        if (inner.empty()) {
            return;
        }
        const Tensor all = joined(inner, 1);
        const auto isNeeded = [&](std::size_t position) { return needsParameters[position]; };
        if (std::any_of(positions.begin(), positions.end(), isNeeded)) {
            const Tensor product = productInFloat(all.t(), x);
            int64_t row = 0;
            for (std::size_t i = 0; i < a.size(); ++i) {
                if (isNeeded(positions[i])) {
                    gradients.parameters[positions[i]] = product.narrow(0, row, a[i].size(0));
                }
                row += a[i].size(0);
            }
        }
        if (needsX) {
            gradients.x.addmm_(all, joined(a, 0));
        }
    }
};

// The parameters' own types, in the order of kernels::groupParameters().
std::vector<at::ScalarType> parameterTypes(const std::vector<FrozenMatrix>& group)
{
    std::vector<at::ScalarType> types;
    for (const FrozenMatrix& matrix : group) {
        types.push_back(matrix.weight.scalar_type());
        if (matrix.bias.defined()) {
            types.push_back(matrix.bias.scalar_type());
        }
        for (const LowRank& update : matrix.updates) {
            types.push_back(update.a.scalar_type());
            types.push_back(update.b.scalar_type());
        }
    }
    return types;
}

} // namespace

Tensor stackedRows(const std::vector<Tensor>& matrices)
{
    return stacked(matrices, 0);
}

Tensor stackedColumns(const std::vector<Tensor>& matrices)
{
    return stacked(matrices, 1);
}

GroupForward groupForward(const Tensor& x, const std::vector<FrozenMatrix>& group, Dropout dropout)
{
    GroupForward result;
    result.lowRanks = lowRankProducts(x, group, dropout);
    result.outputs = frozenProducts(x, group);
    std::size_t next = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
        for (const LowRank& update : group[i].updates) {
            addUpdate(result.outputs[i], result.lowRanks[next++], update);
        }
    }
    return result;
}

GroupGradients groupBackward(const Tensor& x,
                             const std::vector<FrozenMatrix>& group,
                             const std::vector<Tensor>& lowRanks,
                             const std::vector<Tensor>& outputGradients,
                             bool needsX,
                             const std::vector<bool>& needsParameters,
                             Dropout dropout)
{
    Collected all{x, needsParameters, needsX, dropout, {}, {}, {}, {}};
    all.gradients.parameters.resize(needsParameters.size());
    if (needsX) {
        all.gradients.x = frozenInputGradient(x, group, outputGradients);
    }
    std::size_t position = 0;
    std::size_t nextUpdate = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
        const Tensor& gradient = outputGradients[i];
        if (gradient.defined() && needsParameters[position]) {
            all.gradients.parameters[position] = productInFloat(gradient.t(), x);
        }
        ++position;
        if (group[i].bias.defined()) {
            if (gradient.defined() && needsParameters[position]) {
                all.gradients.parameters[position] = gradient.sum(0);
            }
            ++position;
        }
        for (const LowRank& update : group[i].updates) {
            if (gradient.defined()) {
                all.addUpdate(
                    update, lowRanks[nextUpdate], sliceGradient(gradient, update.rows), position);
            }
            ++nextUpdate;
            position += 2;
        }
    }
    all.finishShared();
    const std::vector<at::ScalarType> types = parameterTypes(group);
    for (std::size_t i = 0; i < types.size(); ++i) {
        Tensor& gradient = all.gradients.parameters[i];
        gradient = gradient.defined() ? gradient.to(types[i]) : gradient;
    }
    return std::move(all.gradients);
}

} // namespace engine::cuda
