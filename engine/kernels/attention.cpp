// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/attention.h"

#include "engine/kernels/attention_tiles.h"
#include "engine/kernels/reference.h"
#include "engine/kernels/registry.h"
#include "engine/kernels/tracking.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Forward
{
    Tensor out;
    Tensor logSums; // [heads, queries], float32 or float64
};

// The rows of one head of one sequence in x [tokens, heads, headDim].
template <typename T>
HeadRows<const T> rowsOf(const Tensor& x, int64_t token, int64_t head)
{
    return {x.const_data_ptr<T>() + token * x.stride(0) + head * x.stride(1), x.stride(0)};
}

template <typename T>
HeadRows<T> writableRowsOf(const Tensor& x, int64_t token, int64_t head)
{
    return {x.data_ptr<T>() + token * x.stride(0) + head * x.stride(1), x.stride(0)};
}

struct Inputs
{
    Tensor q;
    Tensor k;
    Tensor v;
    Sequences sequences;
    AttentionScores scores;

    int64_t heads() const { return q.size(1); }
    int64_t kvHeads() const { return k.size(1); }
    int64_t group() const { return heads() / kvHeads(); }

    template <typename T>
    HeadInputs<T> head(int64_t sequence, int64_t head) const
    {
        const int64_t query = sequences.queryOffsets[sequence];
        const int64_t key = sequences.keyOffsets[sequence];
        return {rowsOf<T>(q, query, head),
                rowsOf<T>(k, key, head / group()),
                rowsOf<T>(v, key, head / group()),
                sequences.queries(sequence),
                sequences.keys(sequence),
                q.size(2),
                scores.scale,
                scores.window,
                scores.softCap};
    }
};

struct QueryTile
{
    int64_t sequence;
    int64_t first;
    int64_t count;
};

std::vector<QueryTile> queryTiles(const Sequences& sequences)
{
    std::vector<QueryTile> tiles;
    for (int64_t sequence = 0; sequence < sequences.count(); ++sequence) {
        const int64_t queries = sequences.queries(sequence);
        for (int64_t first = 0; first < queries; first += kQueryTile) {
            tiles.push_back({sequence, first, std::min(kQueryTile, queries - first)});
        }
    }
    return tiles;
}

Forward attentionForward(const Inputs& inputs)
{
    const Tensor& q = inputs.q;
    const auto computedType = q.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
    Forward result{at::empty(q.sizes(), q.options()),
                   at::empty({q.size(1), q.size(0)}, q.options().dtype(computedType))};
    const std::vector<QueryTile> tiles = queryTiles(inputs.sequences);
    const auto tileCount = static_cast<int64_t>(tiles.size());
    AT_DISPATCH_FLOATING_TYPES_AND2(at::kBFloat16, at::kHalf, q.scalar_type(), "attention", [&] {
        auto* logSums = result.logSums.data_ptr<Computed<scalar_t>>();
        at::parallel_for(0, inputs.heads() * tileCount, 1, [&](int64_t begin, int64_t end) {
            AttentionTiles<scalar_t> worker(q.size(2));
            for (int64_t task = begin; task < end; ++task) {
                const int64_t head = task / tileCount;
                const QueryTile& tile = tiles[task % tileCount];
                const int64_t query = inputs.sequences.queryOffsets[tile.sequence];
                worker.forward(inputs.head<scalar_t>(tile.sequence, head),
                               tile.first,
                               tile.count,
                               writableRowsOf<scalar_t>(result.out, query, head),
                               logSums + head * q.size(0) + query);
            }
        });
    });
    return result;
}

struct Gradients
{
    Tensor q;
    Tensor k;
    Tensor v;
};

Gradients attentionBackward(const Inputs& inputs, const Forward& forward, const Tensor& gradient)
{
    const Tensor& q = inputs.q;
    Gradients result{at::empty(q.sizes(), q.options()),
                     at::empty(inputs.k.sizes(), inputs.k.options()),
                     at::empty(inputs.v.sizes(), inputs.v.options())};
    const Sequences& sequences = inputs.sequences;
    const int64_t tasks = inputs.kvHeads() * sequences.count();
    AT_DISPATCH_FLOATING_TYPES_AND2(
        at::kBFloat16, at::kHalf, q.scalar_type(), "attentionBackward", [&] {
            const auto* logSums = forward.logSums.const_data_ptr<Computed<scalar_t>>();
            at::parallel_for(0, tasks, 1, [&](int64_t begin, int64_t end) {
                AttentionTiles<scalar_t> worker(q.size(2));
                for (int64_t task = begin; task < end; ++task) {
                    const int64_t kvHead = task / sequences.count();
                    const int64_t sequence = task % sequences.count();
                    const int64_t query = sequences.queryOffsets[sequence];
                    const int64_t key = sequences.keyOffsets[sequence];
                    worker.beginKeys(sequences.keys(sequence));
                    for (int64_t i = 0; i < inputs.group(); ++i) {
                        const int64_t head = kvHead * inputs.group() + i;
                        worker.backward(inputs.head<scalar_t>(sequence, head),
                                        rowsOf<scalar_t>(forward.out, query, head),
                                        rowsOf<scalar_t>(gradient, query, head),
                                        logSums + head * q.size(0) + query,
                                        writableRowsOf<scalar_t>(result.q, query, head));
                    }
                    worker.endKeys(sequences.keys(sequence),
                                   writableRowsOf<scalar_t>(result.k, key, kvHead),
                                   writableRowsOf<scalar_t>(result.v, key, kvHead));
                }
            });
        });
    return result;
}

Tensor withDenseHeads(const Tensor& x)
{
    return x.stride(2) == 1 ? x : x.contiguous();
}

class Attention : public torch::autograd::Function<Attention>
{
public:
    static Tensor forward(AutogradContext* context,
                          const Tensor& q,
                          const Tensor& k,
                          const Tensor& v,
                          const Sequences& sequences,
                          const AttentionScores& scores)
    {
        Tensor out;
        if (const DeviceKernels* device = kernelsFor(q)) {
            const AttentionForward result = device->attention(q, k, v, sequences, scores.scale);
            out = result.out;
            variable_list saved{q, k, v, out};
            saved.insert(saved.end(), result.saved.begin(), result.saved.end());
            context->save_for_backward(std::move(saved));
        } else {
            const Forward result = attentionForward({q, k, v, sequences, scores});
            out = result.out;
            context->save_for_backward({q, k, v, out, result.logSums});
        }
        context->saved_data["queryOffsets"] = sequences.queryOffsets;
        context->saved_data["keyOffsets"] = sequences.keyOffsets;
        context->saved_data["scale"] = scores.scale;
        context->saved_data["window"] = scores.window;
        context->saved_data["softCap"] = scores.softCap;
        return out;
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Sequences sequences{context->saved_data["queryOffsets"].toIntVector(),
                                  context->saved_data["keyOffsets"].toIntVector()};
        const AttentionScores scores(context->saved_data["scale"].toDouble(),
                                     context->saved_data["window"].toInt(),
                                     context->saved_data["softCap"].toDouble());
        const Tensor gradient = withDenseHeads(outputGradients[0]);
        if (const DeviceKernels* device = kernelsFor(saved[0])) {
            const std::vector<Tensor> own(saved.begin() + 4, saved.end());
            const AttentionGradients gradients = device->attentionBackward(
                gradient, saved[0], saved[1], saved[2], saved[3], own, sequences, scores.scale);
            return {gradients.q, gradients.k, gradients.v, {}, {}};
        }
        const Gradients gradients = attentionBackward(
            {saved[0], saved[1], saved[2], sequences, scores}, {saved[3], saved[4]}, gradient);
        return {gradients.q, gradients.k, gradients.v, {}, {}};
    }
};

void checkOffsets(const std::vector<int64_t>& offsets, int64_t tokens, const char* what)
{
    TORCH_CHECK(!offsets.empty() && offsets.front() == 0 && offsets.back() == tokens
                    && std::is_sorted(offsets.begin(), offsets.end()),
                "attention: the ",
                what,
                " offsets do not cover ",
                tokens,
                " rows in order");
}

void checkShapes(const Tensor& q, const Tensor& k, const Tensor& v, const Sequences& sequences)
{
    TORCH_CHECK(q.dim() == 3 && k.dim() == 3 && k.sizes() == v.sizes() && q.size(2) == k.size(2)
                    && k.size(1) > 0 && q.size(1) % k.size(1) == 0
                    && q.scalar_type() == k.scalar_type() && q.scalar_type() == v.scalar_type(),
                "attention: q ",
                q.sizes(),
                ", k ",
                k.sizes(),
                " and v ",
                v.sizes(),
                " do not fit");
    checkOffsets(sequences.queryOffsets, q.size(0), "query");
    checkOffsets(sequences.keyOffsets, k.size(0), "key");
    TORCH_CHECK(sequences.queryOffsets.size() == sequences.keyOffsets.size(),
                "attention: unequal numbers of query and key sequences");
    for (int64_t i = 0; i < sequences.count(); ++i) {
        TORCH_CHECK(sequences.keys(i) >= sequences.queries(i),
                    "attention: sequence ",
                    i,
                    " has fewer keys than queries");
    }
}

// The scores without a window that hides nothing.
AttentionScores effective(AttentionScores scores, const Sequences& sequences)
{
    int64_t longest = 0;
    for (int64_t i = 0; i < sequences.count(); ++i) {
        longest = std::max(longest, sequences.keys(i));
    }
    TORCH_CHECK(scores.window >= 0 && scores.softCap >= 0,
                "attention: a window of ",
                scores.window,
                " or a soft cap of ",
                scores.softCap,
                " is below 0");
    scores.window = scores.window >= longest ? 0 : scores.window;
    return scores;
}

} // namespace

Tensor attention(const Tensor& q,
                 const Tensor& k,
                 const Tensor& v,
                 const Sequences& sequences,
                 const AttentionScores& wanted)
{
    checkShapes(q, k, v, sequences);
    const AttentionScores scores = effective(wanted, sequences);
    const Tensor qs = withDenseHeads(q);
    const Tensor ks = withDenseHeads(k);
    const Tensor vs = withDenseHeads(v);
    const DeviceKernels* device = kernelsFor(qs);
    if (device != nullptr && (scores.window > 0 || scores.softCap > 0)) {
        return attentionReference(qs, ks, vs, sequences, scores);
    }
    if (isTracked({qs, ks, vs})) {
        return Attention::apply(qs, ks, vs, sequences, scores);
    }
    return device != nullptr ? device->attention(qs, ks, vs, sequences, scores.scale).out
                             : attentionForward({qs, ks, vs, sequences, scores}).out;
}

} // namespace engine::kernels
