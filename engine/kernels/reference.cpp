// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/reference.h"

#include "engine/kernels/cross_entropy.h"
#include "engine/kernels/dropout.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/softmax.h>

#include <cmath>
#include <limits>

namespace engine::kernels {
namespace {

// Half types are computed in float32.
Tensor computed(const Tensor& x)
{
    return x.scalar_type() == at::kDouble ? x : x.to(at::kFloat);
}

Tensor rowIndices(const RowSlice& rows)
{
    const Tensor starts = at::arange(rows.groups).mul(rows.stride).add(rows.offset);
    return starts.unsqueeze(1).add(at::arange(rows.chunk)).reshape(-1);
}

Tensor linearReference(const Tensor& x, const FrozenMatrix& matrix)
{
    const auto type = x.scalar_type();
    Tensor y = at::linear(x, denseWeight(matrix, type));
    if (matrix.bias.defined()) {
        y = y.add(matrix.bias.to(type));
    }
    for (const LowRank& update : matrix.updates) {
        const Tensor mask = counterDropout(at::ones_like(x), update.dropout, update.seed);
        Tensor lowRank = at::linear(x.mul(mask), update.a.to(type));
        if (update.innerScale.defined()) {
            lowRank = lowRank.mul(update.innerScale.to(type));
        }
        Tensor delta = at::linear(lowRank, update.b.to(type)).mul(update.scale);
        if (update.outerScale.defined()) {
            delta = delta.mul(update.outerScale.to(type));
        }
        y = y.index_add(1, rowIndices(update.rows), delta);
    }
    return y;
}

} // namespace

Tensor attentionReference(const Tensor& q,
                          const Tensor& k,
                          const Tensor& v,
                          const Sequences& sequences,
                          const AttentionScores& scores)
{
    const int64_t group = q.size(1) / k.size(1);
    std::vector<Tensor> outputs;
    for (int64_t i = 0; i < sequences.count(); ++i) {
        const int64_t queries = sequences.queries(i);
        const int64_t keys = sequences.keys(i);
        // [heads, length, headDim]
        const auto part = [](const Tensor& x, int64_t first, int64_t length) {
            return computed(x.narrow(0, first, length)).transpose(0, 1);
        };
        const Tensor qs = part(q, sequences.queryOffsets[i], queries);
        const Tensor ks = part(k, sequences.keyOffsets[i], keys).repeat_interleave(group, 0);
        const Tensor vs = part(v, sequences.keyOffsets[i], keys).repeat_interleave(group, 0);
        const auto counted = [&q](int64_t count) {
            return at::arange(count, q.options().dtype(at::kLong));
        };
        const Tensor lastKeys = counted(queries).add(keys - queries).unsqueeze(1);
        Tensor isHidden = counted(keys).unsqueeze(0).gt(lastKeys);
        if (scores.window > 0) {
            isHidden = isHidden.logical_or(counted(keys).unsqueeze(0).le(lastKeys - scores.window));
        }
        Tensor products = at::matmul(qs, ks.transpose(1, 2)).mul(scores.scale);
        if (scores.softCap > 0) {
            products = products.div(scores.softCap).tanh().mul(scores.softCap);
        }
        products = products.masked_fill(isHidden, -std::numeric_limits<double>::infinity());
        outputs.push_back(
            at::matmul(at::softmax(products, -1), vs).transpose(0, 1).to(q.scalar_type()));
    }
    return outputs.empty() ? at::empty_like(q) : at::cat(outputs);
}

Tensor rotaryReference(const Tensor& x, const Tensor& positions, const RotaryTable& table)
{
    const auto type = x.scalar_type();
    const int64_t half = table.cos.size(1);
    const auto rows = [&](const Tensor& part) {
        return part.repeat({1, 2}).index_select(0, positions).to(type).unsqueeze(1);
    };
    const Tensor rotated = x.narrow(2, 0, 2 * half);
    const Tensor turned = at::cat(
        std::vector<Tensor>{rotated.narrow(2, half, half).neg(), rotated.narrow(2, 0, half)}, 2);
    const Tensor rest = x.narrow(2, 2 * half, x.size(2) - 2 * half);
    const Tensor turnedPart = rotated.mul(rows(table.cos)).add(turned.mul(rows(table.sin)));
    return at::cat(std::vector<Tensor>{turnedPart, rest}, 2);
}

Tensor rmsNormReference(const Tensor& x, const Tensor& weight, double epsilon)
{
    const Tensor wide = computed(x);
    const Tensor normalised = wide.mul(at::rsqrt(wide.pow(2).mean(-1, true).add(epsilon)));
    return weight.to(x.scalar_type()).mul(normalised.to(x.scalar_type()));
}

std::vector<Tensor> loraLinearReference(const Tensor& x, const std::vector<FrozenMatrix>& group)
{
    std::vector<Tensor> outputs;
    for (const FrozenMatrix& matrix : group) {
        outputs.push_back(linearReference(x, matrix));
    }
    return outputs;
}

Tensor gatedMlpReference(const Tensor& x,
                         const FrozenMatrix& gate,
                         const FrozenMatrix& up,
                         const FrozenMatrix& down,
                         Activation activation)
{
    const Tensor inner = activate(linearReference(x, gate), activation).mul(linearReference(x, up));
    return linearReference(inner, down);
}

Tensor crossEntropyReference(const Tensor& logits, const Tensor& targets, double smoothing)
{
    return at::cross_entropy_loss(
        computed(logits), targets, {}, at::Reduction::Sum, kIgnoredTarget, smoothing);
}

void adamwReference(Tensor& parameters,
                    const Tensor& gradients,
                    Tensor& m,
                    Tensor& v,
                    int64_t step,
                    const AdamwSettings& settings)
{
    const double correction1 = 1 - std::pow(settings.beta1, static_cast<double>(step));
    const double correction2 = 1 - std::pow(settings.beta2, static_cast<double>(step));
    parameters.mul_(1 - settings.learningRate * settings.weightDecay);
    m.mul_(settings.beta1).add_(gradients, 1 - settings.beta1);
    v.mul_(settings.beta2).addcmul_(gradients, gradients, 1 - settings.beta2);
    const Tensor root = v.div(correction2).sqrt().add_(settings.epsilon);
    parameters.addcdiv_(m, root, -settings.learningRate / correction1);
}

} // namespace engine::kernels
