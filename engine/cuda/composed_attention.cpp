// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/cuda/composed_attention.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/softmax.h>

#include <limits>

namespace engine::cuda {
namespace {

// One sequence, widened to at least float32: q [heads, queries, headDim], k and v repeated to all
// heads.
struct Part
{
    Tensor q;
    Tensor k;
    Tensor v;
    Tensor probabilities; // [heads, queries, keys]
};

Tensor heads(const Tensor& x, int64_t first, int64_t length)
{
    const auto type = x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    return x.narrow(0, first, length).to(type).transpose(0, 1);
}

Part partOf(const Tensor& q,
            const Tensor& k,
            const Tensor& v,
            const kernels::Sequences& sequences,
            int64_t i,
            double scale)
{
    const auto at = static_cast<std::size_t>(i);
    const int64_t group = q.size(1) / k.size(1);
    const int64_t queries = sequences.queryOffsets[at + 1] - sequences.queryOffsets[at];
    const int64_t keys = sequences.keyOffsets[at + 1] - sequences.keyOffsets[at];
    Part part;
    part.q = heads(q, sequences.queryOffsets[at], queries);
    part.k = heads(k, sequences.keyOffsets[at], keys).repeat_interleave(group, 0);
    part.v = heads(v, sequences.keyOffsets[at], keys).repeat_interleave(group, 0);
    const Tensor isHidden =
        at::ones({queries, keys}, q.options().dtype(at::kBool)).triu(keys - queries + 1);
    part.probabilities =
        at::softmax(at::matmul(part.q, part.k.transpose(1, 2))
                        .mul_(scale)
                        .masked_fill_(isHidden, -std::numeric_limits<double>::infinity()),
                    -1);
    return part;
}

// The gradients of repeated heads, summed: [heads, keys, headDim] → [keys, kvHeads, headDim].
Tensor summedHeads(const Tensor& gradient, int64_t kvHeads)
{
    return gradient.view({kvHeads, gradient.size(0) / kvHeads, gradient.size(1), gradient.size(2)})
        .sum(1)
        .transpose(0, 1);
}

} // namespace

Tensor composedAttention(const Tensor& q,
                         const Tensor& k,
                         const Tensor& v,
                         const kernels::Sequences& sequences,
                         double scale)
{
    Tensor out = at::empty(q.sizes(), q.options());
    for (int64_t i = 0; i < sequences.count(); ++i) {
        const Part part = partOf(q, k, v, sequences, i, scale);
        out.narrow(0, sequences.queryOffsets[static_cast<std::size_t>(i)], part.q.size(1))
            .copy_(at::matmul(part.probabilities, part.v).transpose(0, 1));
    }
    return out;
}

// dV = Pᵀ dO; dP = dO Vᵀ; dS = P ⊙ (dP − Σ P ⊙ dP); dQ = scale · dS K; dK = scale · dSᵀ Q.
ComposedGradients composedAttentionBackward(const Tensor& gradient,
                                            const Tensor& q,
                                            const Tensor& k,
                                            const Tensor& v,
                                            const kernels::Sequences& sequences,
                                            double scale)
{
    ComposedGradients result{at::empty(q.sizes(), q.options()),
                             at::empty(k.sizes(), k.options()),
                             at::empty(v.sizes(), v.options())};
    for (int64_t i = 0; i < sequences.count(); ++i) {
        const Part part = partOf(q, k, v, sequences, i, scale);
        const int64_t query = sequences.queryOffsets[static_cast<std::size_t>(i)];
        const int64_t key = sequences.keyOffsets[static_cast<std::size_t>(i)];
        const Tensor out = heads(gradient, query, part.q.size(1));
        const Tensor dP = at::matmul(out, part.v.transpose(1, 2));
        const Tensor dS =
            part.probabilities.mul(dP.sub(part.probabilities.mul(dP).sum(-1, true))).mul_(scale);
        result.q.narrow(0, query, part.q.size(1)).copy_(at::matmul(dS, part.k).transpose(0, 1));
        result.k.narrow(0, key, part.k.size(1))
            .copy_(summedHeads(at::matmul(dS.transpose(1, 2), part.q), k.size(1)));
        result.v.narrow(0, key, part.v.size(1))
            .copy_(summedHeads(at::matmul(part.probabilities.transpose(1, 2), out), v.size(1)));
    }
    return result;
}

} // namespace engine::cuda
