// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/stack_gradients.h"

#include "engine/kernels/profile.h"
#include "engine/nn/packed_bottleneck.h"

namespace engine::nn {

namespace {

// `count` sums as they lie.
void addNumbers(ThreadSums all, int64_t first, int64_t count, float* to)
{
    std::fill_n(to, count, 0.0F);
    for (const float* const sums : all) {
        for (int64_t i = 0; i < count; ++i) {
            to[i] += sums[first + i];
        }
    }
}

// Rows of sums, each as long as `stride`, of which `width` are numbers.
struct SumRows
{
    int64_t first = 0;
    int64_t rows = 0;
    int64_t width = 0;
    int64_t stride = 0;
};

void addRows(ThreadSums all, const SumRows& rows, float* to)
{
    for (int64_t row = 0; row < rows.rows; ++row) {
        addNumbers(all, rows.first + row * rows.stride, rows.width, to + row * rows.width);
    }
}

// Number `place` of each row, of all rows one behind the other: a row of the transposed.
void addColumn(ThreadSums all, const SumRows& rows, int64_t place, float scale, float* to)
{
    for (int64_t row = 0; row < rows.rows; ++row) {
        float sum = 0;
        for (const float* const sums : all) {
            sum += sums[rows.first + row * rows.stride + place];
        }
        to[row] = scale * sum;
    }
}

class Trained
{
public:
    std::vector<TrainedTensor> all;

    void add(const BlockPlan& block)
    {
        if (const GivenKeys& given = block.given; given.keys.defined()) {
            addVector(given.keys, given.sums);
            addVector(given.values, given.sums + given.keys.numel());
        }
        for (const NormPlan* norm : {&block.norms[0],
                                     &block.norms[1],
                                     &block.queryNorm,
                                     &block.keyNorm,
                                     &block.outputNorms[0],
                                     &block.outputNorms[1]}) {
            addVector(norm->weight);
            addVector(norm->bias);
        }
        for (const ProductPlan& plan : block.products) {
            for (const GroupUpdate& update : plan.low->updates()) {
                addUpdate(plan, update);
            }
            for (const ScaledUpdate& update : plan.scaled) {
                addVector(update.factors.innerScale, update.sums);
                addVector(update.factors.outerScale, update.sums + update.rank());
            }
            for (const TrainedWeight& weight : plan.weights) {
                all.push_back({weight.weight, {}});
            }
            for (const TrainedVector& bias : plan.biases) {
                addVector(bias);
            }
            for (const OutputFactors& factors : plan.factors) {
                addFactors(plan, factors);
            }
            if (plan.inputFactors.factors.defined()) {
                addVector(plan.inputFactors.factors, plan.inputFactors.sums);
            }
        }
        for (const SitePlan& site : block.sites) {
            if (site.module != nullptr) {
                addSite(site);
            }
        }
    }

private:
    void addVector(const at::Tensor& tensor, int64_t first)
    {
        all.push_back({tensor, [first, count = tensor.numel()](ThreadSums sums, float* to) {
                           addNumbers(sums, first, count, to);
                       }});
    }

    void addVector(const TrainedVector& vector)
    {
        if (vector.isThere()) {
            addVector(vector.values, vector.sums);
        }
    }

    void addUpdate(const ProductPlan& plan, const GroupUpdate& update)
    {
        const SumRows a{
            plan.aSums + update.column * plan.aStride(), update.rank, plan.inputs, plan.aStride()};
        all.push_back(
            {update.factors.a, [a](ThreadSums sums, float* to) { addRows(sums, a, to); }});
        const SumRows b{
            plan.bSums + update.sums, update.rank, update.sumStride(), update.sumStride()};
        all.push_back({update.factors.b, [b, &update](ThreadSums sums, float* to) {
                           for (int64_t row = 0; row < update.factors.b.size(0); ++row) {
                               addColumn(sums,
                                         b,
                                         update.feature(row) - update.firstFeature,
                                         static_cast<float>(update.factors.scale),
                                         to + row * update.rank);
                           }
                       }});
        if (update.hasLengths()) { // dm = dg / n
            all.push_back({update.magnitude, [&plan, &update](ThreadSums sums, float* to) {
                               for (int64_t row = 0; row < update.factors.b.size(0); ++row) {
                                   const int64_t feature = update.feature(row);
                                   addNumbers(sums, plan.gainSums + feature, 1, to + row);
                                   to[row] /= plan.low->norms()[feature];
                               }
                           }});
        }
    }

    void addFactors(const ProductPlan& plan, const OutputFactors& factors)
    {
        all.push_back({factors.factors, [&plan, &factors](ThreadSums sums, float* to) {
                           for (int64_t row = 0; row < factors.factors.numel(); ++row) {
                               const int64_t feature = factors.feature(row);
                               addNumbers(sums, plan.gainSums + feature, 1, to + row);
                           }
                       }});
    }

    void addSite(const SitePlan& site)
    {
        using Packed = PackedBottleneck;
        const Packed& module = *site.module;
        const BottleneckForm& form = module.form();
        const auto placeOf = [&](Packed::Sum sum) { return site.sums + module.sum(sum); };
        const auto layerAt = [&](Packed::Sum sum) {
            return SumRows{placeOf(sum), module.inner(), form.down.size(1), module.stride()};
        };
        const auto scale = static_cast<float>(form.scale);
        if (module.hasNorm()) {
            addVector(form.normWeight, placeOf(Packed::NormWeight));
            addVector(form.normBias, placeOf(Packed::NormBias));
        }
        all.push_back({form.down, [rows = layerAt(Packed::Down)](ThreadSums sums, float* to) {
                           addRows(sums, rows, to);
                       }});
        addVector(form.downBias, placeOf(Packed::DownBias));
        all.push_back({form.up, [rows = layerAt(Packed::Up), scale](ThreadSums sums, float* to) {
                           for (int64_t row = 0; row < rows.width; ++row) {
                               addColumn(sums, rows, row, scale, to + row * rows.rows);
                           }
                       }});
        const SumRows bias{placeOf(Packed::UpBias), form.up.size(0), 1, 1};
        all.push_back({form.upBias, [bias, scale](ThreadSums sums, float* to) {
                           addColumn(sums, bias, 0, scale, to);
                       }});
    }
};

} // namespace

std::vector<TrainedTensor> trainedTensors(const StackPlan& plan)
{
    Trained trained;
    for (const BlockPlan& block : plan.blocks) {
        trained.add(block);
    }
    return std::move(trained.all);
}

} // namespace engine::nn
