// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/lora_linear.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include <algorithm>
#include <functional>

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

// factor · left · right, without a pass of its own for the factor.
Tensor scaledProduct(const Tensor& left, const Tensor& right, double factor)
{
    return at::empty({left.size(0), right.size(1)}, left.options()).addmm_(left, right, 0, factor);
}

// What a forward keeps for its backward.
struct Kept
{
    std::vector<Tensor> lowRanks; // scale · dropout(x) aᵀ of every update
    Tensor a;              // those of updates without dropout, below each other in x's type, if any
    std::vector<Tensor> b; // of every update in x's type

    std::vector<Tensor> list() const
    {
        std::vector<Tensor> all = lowRanks;
        all.push_back(a);
        all.insert(all.end(), b.begin(), b.end());
        return all;
    }
    static Kept of(const std::vector<Tensor>& all)
    {
        const auto a = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
        return {{all.begin(), a}, *a, {a + 1, all.end()}};
    }
};

// The a of updates without dropout are multiplied with x at once.
Kept lowRankProducts(const Tensor& x, const std::vector<FrozenMatrix>& group, Dropout dropout)
{
    Kept kept;
    std::vector<Tensor> shared;
    std::vector<double> scales;
    for (const FrozenMatrix& matrix : group) {
        for (const LowRank& update : matrix.updates) {
            if (update.dropout == 0) {
                shared.push_back(update.a);
                scales.push_back(update.scale);
            }
            kept.b.push_back(update.b.to(x.scalar_type()));
        }
    }
    const bool isOneScale = std::ranges::adjacent_find(scales, std::not_equal_to()) == scales.end();
    Tensor product;
    if (!shared.empty()) {
        kept.a = joined(shared, 0).to(x.scalar_type());
        product = scaledProduct(x, kept.a.t(), isOneScale ? scales.front() : 1);
    }
    int64_t column = 0;
    for (const FrozenMatrix& matrix : group) {
        for (const LowRank& update : matrix.updates) {
            if (update.dropout > 0) {
                kept.lowRanks.push_back(scaledProduct(
                    dropout(x, update), update.a.to(x.scalar_type()).t(), update.scale));
                continue;
            }
            kept.lowRanks.push_back(product.narrow(1, column, update.a.size(0)));
            column += update.a.size(0);
            if (!isOneScale) {
                kept.lowRanks.back().mul_(update.scale);
            }
        }
    }
    return kept;
}

// The columns an update writes, as a view [tokens, groups, chunk].
Tensor sliceOf(const Tensor& outputs, const RowSlice& rows)
{
    const int64_t span = (rows.groups - 1) * rows.stride + rows.chunk;
    return outputs.narrow(1, rows.offset, span).unfold(1, rows.chunk, rows.stride);
}

void addUpdate(Tensor& outputs, const Tensor& lowRank, const Tensor& b, const RowSlice& rows)
{
    const Tensor bT = b.t();
    if (rows.groups == 1) {
        outputs.narrow(1, rows.offset, rows.chunk).addmm_(lowRank, bT);
        return;
    }
    Tensor slice = sliceOf(outputs, rows);
    slice.add_(at::mm(lowRank, bT).view(slice.sizes()));
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
    const Kept& kept;
    const std::vector<bool>& needsParameters;
    bool needsX;
    Dropout dropout;
    GroupGradients& gradients;
    // Of updates without dropout: scale · G b beside each other as their a are kept, zero where G
    // is.
    Tensor inner = {};
    int64_t ranks = 0; // so far
    // Those whose G is not zero: where a stands among the parameters, its first row and its rank.
    struct Shared
    {
        std::size_t position;
        int64_t row;
        int64_t rank;
    };
    std::vector<Shared> shared = {};

    // `gradient` of the update's own rows, undefined where it is zero.
    void addUpdate(const LowRank& update,
                   std::size_t number,
                   const Tensor& gradient,
                   std::size_t position)
    {
        const bool needsInner = gradient.defined() && (needsX || needsParameters[position]);
        if (gradient.defined() && needsParameters[position + 1]) {
            gradients.parameters[position + 1] =
                productInFloat(gradient.t(), kept.lowRanks[number]);
        }
        if (update.dropout == 0) {
            const int64_t rank = update.a.size(0);
            Tensor part = inner.narrow(1, ranks, rank);
            if (needsInner) {
                part.addmm_(gradient, kept.b[number], 0, update.scale);
                shared.push_back({position, ranks, rank});
            } else {
                part.zero_();
            }
            ranks += rank;
            return;
        }
        if (!needsInner) {
            return;
        }
        const Tensor part = scaledProduct(gradient, kept.b[number], update.scale);
        if (needsParameters[position]) {
            gradients.parameters[position] = productInFloat(part.t(), dropout(x, update));
        }
        if (needsX) {
            gradients.x.add_(dropout(at::mm(part, update.a.to(x.scalar_type())), update));
        }
    }

    void finishShared()
    {
        if (shared.empty()) {
            return;
        }
        const auto isNeeded = [&](const Shared& a) { return needsParameters[a.position]; };
        if (std::ranges::any_of(shared, isNeeded)) {
            const Tensor product = productInFloat(inner.t(), x);
            for (const Shared& a : shared) {
                if (isNeeded(a)) {
                    gradients.parameters[a.position] = product.narrow(0, a.row, a.rank);
                }
            }
        }
        if (needsX) {
            gradients.x.addmm_(inner, kept.a);
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
    const Kept kept = lowRankProducts(x, group, dropout);
    result.outputs = frozenProducts(x, group);
    std::size_t next = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
        for (const LowRank& update : group[i].updates) {
            addUpdate(result.outputs[i], kept.lowRanks[next], kept.b[next], update.rows);
            ++next;
        }
    }
    result.lowRanks = kept.list();
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
    const Kept kept = Kept::of(lowRanks);
    GroupGradients gradients;
    Collected all{x, kept, needsParameters, needsX, dropout, gradients};
    gradients.parameters.resize(needsParameters.size());
    if (kept.a.defined()) {
        all.inner = at::empty({x.size(0), kept.a.size(0)}, x.options());
    }
    if (needsX) {
        gradients.x = frozenInputGradient(x, group, outputGradients);
    }
    std::size_t position = 0;
    std::size_t nextUpdate = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
        const Tensor& gradient = outputGradients[i];
        if (gradient.defined() && needsParameters[position]) {
            gradients.parameters[position] = productInFloat(gradient.t(), x);
        }
        ++position;
        if (group[i].bias.defined()) {
            if (gradient.defined() && needsParameters[position]) {
                gradients.parameters[position] = gradient.sum(0);
            }
            ++position;
        }
        for (const LowRank& update : group[i].updates) {
            all.addUpdate(update,
                          nextUpdate++,
                          gradient.defined() ? sliceGradient(gradient, update.rows) : Tensor(),
                          position);
            position += 2;
        }
    }
    all.finishShared();
    const std::vector<at::ScalarType> types = parameterTypes(group);
    for (std::size_t i = 0; i < types.size(); ++i) {
        Tensor& gradient = gradients.parameters[i];
        gradient = gradient.defined() ? gradient.to(types[i]) : gradient;
    }
    return gradients;
}

} // namespace engine::cuda
