// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/linear_group.h"

#include "engine/kernels/dropout.h"
#include "engine/kernels/quantized_rows.h"
#include "engine/kernels/registry.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/mm.h>

namespace engine::kernels {
namespace {

// The columns an update writes, as a view [tokens, groups, chunk].
Tensor sliceOf(const Tensor& outputs, const RowSlice& rows)
{
    const int64_t span = (rows.groups - 1) * rows.stride + rows.chunk;
    return outputs.narrow(1, rows.offset, span).unfold(1, rows.chunk, rows.stride);
}

Tensor sliceGradient(const Tensor& gradient, const RowSlice& rows)
{
    return rows.groups == 1 ? gradient.narrow(1, rows.offset, rows.chunk)
                            : sliceOf(gradient, rows).reshape({gradient.size(0), rows.rows()});
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

void addProduct(Tensor& sum, const Tensor& left, const Tensor& right)
{
    if (sum.defined()) {
        sum.addmm_(left, right);
    } else {
        sum = at::mm(left, right);
    }
}

// Whether a quantised weight is too large to be dense as a whole (a head). On a GPU it is all the
// same.
bool isUnpackedInParts(const FrozenMatrix& matrix)
{
    const QuantizedWeight* weight = matrix.quantized.get();
    return weight != nullptr && weight->device().is_cpu()
           && weight->rows() * weight->columns() > kDenseNumbers;
}

// x Wᵀ + bias.
Tensor product(const Tensor& x, const FrozenMatrix& matrix)
{
    const Tensor bias = matrix.bias.defined() ? matrix.bias.to(x.scalar_type()) : matrix.bias;
    if (isUnpackedInParts(matrix)) {
        return multiplyOutput(x, *matrix.quantized, bias);
    }
    const Tensor weightT = denseWeight(matrix, x.scalar_type()).t();
    return bias.defined() ? at::addmm(bias, x, weightT) : at::mm(x, weightT);
}

void addInputGradient(Tensor& sum, const Tensor& gradient, const FrozenMatrix& matrix)
{
    if (isUnpackedInParts(matrix)) {
        const Tensor part = multiplyInput(gradient, *matrix.quantized);
        sum = sum.defined() ? sum.add_(part) : part;
    } else {
        addProduct(sum, gradient, denseWeight(matrix, gradient.scalar_type()));
    }
}

// Several matrices side by side in one product; a single one is not copied.
Tensor joined(const std::vector<Tensor>& parts, int64_t dimension)
{
    return parts.size() == 1 ? parts.front() : at::cat(parts, dimension);
}

// dropout(x) aᵀ for every update of the group; those without dropout share one product.
std::vector<Tensor> lowRankProducts(const Tensor& x, const std::vector<FrozenMatrix>& group)
{
    std::vector<Tensor> stacked;
    for (const FrozenMatrix& matrix : group) {
        for (const LowRank& update : matrix.updates) {
            if (update.dropout == 0) {
                stacked.push_back(update.a.to(x.scalar_type()));
            }
        }
    }
    const Tensor shared = stacked.empty() ? Tensor() : at::mm(x, joined(stacked, 0).t());

    std::vector<Tensor> products;
    int64_t column = 0;
    for (const FrozenMatrix& matrix : group) {
        for (const LowRank& update : matrix.updates) {
            if (update.dropout == 0) {
                products.push_back(shared.narrow(1, column, update.a.size(0)));
                column += update.a.size(0);
            } else {
                products.push_back(at::mm(counterDropout(x, update.dropout, update.seed),
                                          update.a.to(x.scalar_type()).t()));
            }
        }
    }
    return products;
}

// Collects scale · G b of the updates that share x, so that x and its gradient are touched once for
// all of them.
struct SharedUpdates
{
    std::vector<Tensor> inner;     // scale · G b, [tokens, rank]
    std::vector<Tensor> a;         // in x's type
    std::vector<size_t> positions; // of each a in the parameters
};

struct Needs
{
    bool x;
    bool a;
    bool b;
};

// One update, whose a and b are the parameters at position and position + 1; gradient is that of
// its rows.
void backwardUpdate(const Tensor& x,
                    const LowRank& update,
                    const Tensor& lowRank,
                    const Tensor& gradient,
                    const Needs& needs,
                    size_t position,
                    GroupGradients& gradients,
                    SharedUpdates& shared)
{
    if (needs.b) {
        gradients.parameters[position + 1] =
            at::mm(gradient.t(), lowRank).to(update.b.scalar_type()).mul_(update.scale);
    }
    if (!needs.x && !needs.a) {
        return;
    }
    const Tensor a = update.a.to(x.scalar_type());
    const Tensor inner = at::mm(gradient, update.b.to(x.scalar_type())).mul_(update.scale);
    if (update.dropout == 0) {
        shared.inner.push_back(inner);
        shared.a.push_back(a);
        shared.positions.push_back(position);
        return;
    }
    if (needs.a) {
        gradients.parameters[position] =
            at::mm(inner.t(), counterDropout(x, update.dropout, update.seed));
    }
    if (needs.x) {
        gradients.x.add_(counterDropout(at::mm(inner, a), update.dropout, update.seed));
    }
}

void backwardShared(const Tensor& x,
                    const SharedUpdates& shared,
                    bool needsX,
                    const std::vector<bool>& needsParameters,
                    GroupGradients& gradients)
{
    if (shared.inner.empty()) {
        return;
    }
    const Tensor inner = joined(shared.inner, 1);
    const auto isNeeded = [&](size_t position) { return needsParameters[position]; };
    if (std::any_of(shared.positions.begin(), shared.positions.end(), isNeeded)) {
        const Tensor stacked = at::mm(inner.t(), x);
        int64_t row = 0;
        for (size_t i = 0; i < shared.a.size(); ++i) {
            const int64_t rank = shared.a[i].size(0);
            if (isNeeded(shared.positions[i])) {
                gradients.parameters[shared.positions[i]] = stacked.narrow(0, row, rank);
            }
            row += rank;
        }
    }
    if (needsX) {
        addProduct(gradients.x, inner, joined(shared.a, 0));
    }
}

// The group as a plug-in takes it: all weights dense, for the time of one call.
std::vector<FrozenMatrix> dense(std::vector<FrozenMatrix> group, at::ScalarType type)
{
    for (FrozenMatrix& matrix : group) {
        if (matrix.quantized != nullptr) {
            matrix.weight = denseWeight(matrix, type);
            matrix.quantized = nullptr;
        }
    }
    return group;
}

bool hasScales(const std::vector<FrozenMatrix>& group)
{
    return std::any_of(group.begin(), group.end(), [](const FrozenMatrix& matrix) {
        return std::any_of(matrix.updates.begin(), matrix.updates.end(), [](const LowRank& update) {
            return update.hasScales();
        });
    });
}

std::vector<FrozenMatrix> withoutScales(std::vector<FrozenMatrix> group)
{
    for (FrozenMatrix& matrix : group) {
        for (LowRank& update : matrix.updates) {
            update = withoutScales(update);
        }
    }
    return group;
}

GroupGradients backwardOnDevice(const DeviceKernels& device,
                                const Tensor& x,
                                const std::vector<FrozenMatrix>& group,
                                const std::vector<Tensor>& lowRanks,
                                const std::vector<Tensor>& outputGradients,
                                bool needsX,
                                const std::vector<bool>& needsParameters)
{
    // Weights made dense are parameters of the call alone.
    std::vector<bool> needs;
    std::vector<size_t> positions; // among the call's, of the group's own
    auto next = needsParameters.begin();
    for (const FrozenMatrix& matrix : group) {
        if (matrix.quantized != nullptr) {
            needs.push_back(false);
        }
        const size_t own = groupParameters({matrix}).size();
        for (size_t i = 0; i < own; ++i) {
            positions.push_back(needs.size());
            needs.push_back(*next++);
        }
    }
    GroupGradients all = device.groupBackward(
        x, dense(group, x.scalar_type()), lowRanks, outputGradients, needsX, needs);
    GroupGradients gradients{std::move(all.x), {}};
    for (const size_t position : positions) {
        gradients.parameters.push_back(std::move(all.parameters[position]));
    }
    return gradients;
}

// Of the gradient that a factor with its scales (one per row) in it has: that of the factor, and
// that of the scales.
Tensor factorGradient(const Tensor& gradient, const Tensor& scales)
{
    return scales.defined() ? gradient.mul(scales.unsqueeze(1)) : gradient;
}

Tensor scaleGradient(const Tensor& gradient, const Tensor& factor)
{
    return gradient.mul(factor).sum(1);
}

// Weight and bias, as groupParameters() lists them.
int ownTensors(const FrozenMatrix& matrix)
{
    return (matrix.quantized == nullptr ? 1 : 0) + (matrix.bias.defined() ? 1 : 0);
}

// groupBackward() of a group with scales, by way of the one that has them in its factors.
GroupGradients scaledBackward(const Tensor& x,
                              const std::vector<FrozenMatrix>& group,
                              const std::vector<Tensor>& lowRanks,
                              const std::vector<Tensor>& outputGradients,
                              bool needsX,
                              const std::vector<bool>& needsParameters)
{
    std::vector<bool> needs;
    size_t position = 0;
    for (const FrozenMatrix& matrix : group) {
        for (int i = ownTensors(matrix); i > 0; --i) {
            needs.push_back(needsParameters[position++]);
        }
        for (const LowRank& update : matrix.updates) {
            bool needsA = needsParameters[position++];
            bool needsB = needsParameters[position++];
            needsA = (update.innerScale.defined() && needsParameters[position++]) || needsA;
            needsB = (update.outerScale.defined() && needsParameters[position++]) || needsB;
            needs.push_back(needsA);
            needs.push_back(needsB);
        }
    }
    GroupGradients plain =
        groupBackward(x, withoutScales(group), lowRanks, outputGradients, needsX, needs);

    GroupGradients gradients;
    gradients.x = std::move(plain.x);
    auto next = plain.parameters.begin();
    // What `make` makes of the gradient `from`, where there is one and somebody needs it.
    const auto put = [&](const auto& make, const Tensor& from) {
        const bool isNeeded = needsParameters[gradients.parameters.size()] && from.defined();
        gradients.parameters.push_back(isNeeded ? make() : Tensor());
    };
    for (const FrozenMatrix& matrix : group) {
        for (int i = ownTensors(matrix); i > 0; --i) {
            const Tensor gradient = std::move(*next++);
            put([&] { return gradient; }, gradient);
        }
        for (const LowRank& update : matrix.updates) {
            const Tensor a = std::move(*next++);
            const Tensor b = std::move(*next++);
            put([&] { return factorGradient(a, update.innerScale); }, a);
            put([&] { return factorGradient(b, update.outerScale); }, b);
            if (update.innerScale.defined()) {
                put([&] { return scaleGradient(a, update.a); }, a);
            }
            if (update.outerScale.defined()) {
                put([&] { return scaleGradient(b, update.b); }, b);
            }
        }
    }
    return gradients;
}

} // namespace

int64_t outputsOf(const FrozenMatrix& matrix)
{
    return matrix.quantized == nullptr ? matrix.weight.size(0) : matrix.quantized->rows();
}

Tensor denseWeight(const FrozenMatrix& matrix, at::ScalarType type)
{
    return matrix.quantized == nullptr ? matrix.weight.to(type)
                                       : dequantize(*matrix.quantized, type);
}

LowRank withoutScales(const LowRank& update)
{
    LowRank plain = update;
    if (update.innerScale.defined()) {
        plain.a = update.a.mul(update.innerScale.unsqueeze(1));
        plain.innerScale = Tensor();
    }
    if (update.outerScale.defined()) {
        plain.b = update.b.mul(update.outerScale.unsqueeze(1));
        plain.outerScale = Tensor();
    }
    return plain;
}

std::vector<Tensor> groupParameters(const std::vector<FrozenMatrix>& group)
{
    std::vector<Tensor> parameters;
    for (const FrozenMatrix& matrix : group) {
        if (matrix.quantized == nullptr) {
            parameters.push_back(matrix.weight);
        }
        if (matrix.bias.defined()) {
            parameters.push_back(matrix.bias);
        }
        for (const LowRank& update : matrix.updates) {
            parameters.push_back(update.a);
            parameters.push_back(update.b);
            for (const Tensor& scales : {update.innerScale, update.outerScale}) {
                if (scales.defined()) {
                    parameters.push_back(scales);
                }
            }
        }
    }
    return parameters;
}

std::vector<FrozenMatrix> withParameters(const std::vector<FrozenMatrix>& group,
                                         at::ArrayRef<Tensor> parameters)
{
    std::vector<FrozenMatrix> result = group;
    size_t next = 0;
    for (FrozenMatrix& matrix : result) {
        if (matrix.quantized == nullptr) {
            matrix.weight = parameters[next++];
        }
        if (matrix.bias.defined()) {
            matrix.bias = parameters[next++];
        }
        for (LowRank& update : matrix.updates) {
            update.a = parameters[next++];
            update.b = parameters[next++];
            for (Tensor* scales : {&update.innerScale, &update.outerScale}) {
                if (scales->defined()) {
                    *scales = parameters[next++];
                }
            }
        }
    }
    return result;
}

GroupForward groupForward(const Tensor& x, const std::vector<FrozenMatrix>& group)
{
    if (hasScales(group)) {
        return groupForward(x, withoutScales(group));
    }
    if (const DeviceKernels* device = kernelsFor(x)) {
        return device->groupForward(x, dense(group, x.scalar_type()));
    }
    GroupForward result;
    result.lowRanks = lowRankProducts(x, group);
    size_t next = 0;
    for (const FrozenMatrix& matrix : group) {
        Tensor y = product(x, matrix);
        for (const LowRank& update : matrix.updates) {
            addUpdate(y, result.lowRanks[next++], update);
        }
        result.outputs.push_back(std::move(y));
    }
    return result;
}

GroupGradients groupBackward(const Tensor& x,
                             const std::vector<FrozenMatrix>& group,
                             const std::vector<Tensor>& lowRanks,
                             const std::vector<Tensor>& outputGradients,
                             bool needsX,
                             const std::vector<bool>& needsParameters)
{
    if (hasScales(group)) {
        return scaledBackward(x, group, lowRanks, outputGradients, needsX, needsParameters);
    }
    if (const DeviceKernels* device = kernelsFor(x)) {
        return backwardOnDevice(
            *device, x, group, lowRanks, outputGradients, needsX, needsParameters);
    }
    GroupGradients gradients;
    gradients.parameters.resize(needsParameters.size());
    SharedUpdates shared;
    size_t position = 0;
    size_t nextUpdate = 0;
    for (size_t m = 0; m < group.size(); ++m) {
        const FrozenMatrix& matrix = group[m];
        const Tensor& gradient = outputGradients[m];
        const bool isUsed = gradient.defined();
        if (isUsed && needsX) {
            addInputGradient(gradients.x, gradient, matrix);
        }
        if (matrix.quantized == nullptr) {
            if (isUsed && needsParameters[position]) {
                gradients.parameters[position] = at::mm(gradient.t(), x);
            }
            ++position;
        }
        if (matrix.bias.defined()) {
            if (isUsed && needsParameters[position]) {
                gradients.parameters[position] = gradient.sum(0);
            }
            ++position;
        }
        for (const LowRank& update : matrix.updates) {
            if (isUsed) {
                const Needs needs{needsX, needsParameters[position], needsParameters[position + 1]};
                backwardUpdate(x,
                               update,
                               lowRanks[nextUpdate],
                               sliceGradient(gradient, update.rows),
                               needs,
                               position,
                               gradients,
                               shared);
            }
            ++nextUpdate;
            position += 2;
        }
    }
    backwardShared(x, shared, needsX, needsParameters, gradients);

    const std::vector<Tensor> parameters = groupParameters(group);
    for (size_t i = 0; i < parameters.size(); ++i) {
        Tensor& gradient = gradients.parameters[i];
        if (gradient.defined()) {
            gradient = gradient.to(parameters[i].scalar_type());
        }
    }
    return gradients;
}

} // namespace engine::kernels
