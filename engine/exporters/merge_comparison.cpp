// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merge_comparison.h"

#include "engine/adapters/loaded_adapter.h"
#include "engine/evaluate/evaluation.h"
#include "engine/exporters/logit_probe.h"
#include "engine/exporters/merged_weights.h"
#include "engine/models/held_dtype.h"
#include "engine/objectives/registry.h"

#include <algorithm>

namespace engine::exporters {

namespace {

constexpr int64_t kEvaluationTokens = 2048;

std::optional<double> nllOf(const nn::Decoder& decoder, const ExportRequest& request)
{
    if (request.samples.empty()) {
        return std::nullopt;
    }
    const objectives::Objective& objective = *objectives::findObjective("causal_lm");
    return evaluate::evaluate(decoder, objective, request.samples, kEvaluationTokens).loss;
}

// The model as it would be read from the files of this merge.
std::unique_ptr<nn::Decoder> mergedDecoder(const models::ModelFolder& model,
                                           const MergedWeights& weights)
{
    contract::Value config = model.config().value();
    if (weights.isUntied()) {
        config.set("tie_word_embeddings", false);
    }
    const models::ModelConfig read(config, model.config().path());
    const std::vector<tensors::TensorSpec>& specs = weights.specs();
    const bool areAlike = std::all_of(specs.begin(), specs.end(), [&specs](const auto& spec) {
        return spec.dtype == specs.front().dtype;
    });
    const models::PartsBuilder builder(
        model.family().blueprint(read), [&](const std::string& parameter) {
            const auto spec = std::find_if(specs.begin(), specs.end(), [&](const auto& other) {
                return weights.parameterOf(other) == parameter;
            });
            return weights.tensor(*spec).to(areAlike ? spec->dtype : at::kFloat);
        });
    return std::make_unique<nn::Decoder>(model.family().assemble(read, builder), at::kFloat);
}

MergeMeasure measured(const ExportRequest& request, MergeBase base, const at::Tensor& expected)
{
    ExportRequest merge = request;
    merge.base = base;
    const MergedWeights weights(merge);
    const auto decoder = mergedDecoder(request.model, weights);
    return {base, differenceOf(expected, probeLogits(*decoder)), nllOf(*decoder, request)};
}

} // namespace

std::string_view nameOf(MergeBase base)
{
    return base == MergeBase::Original ? "original" : "dequantized";
}

MergeComparison compareMerges(const ExportRequest& request)
{
    const models::StoredQuantization& stored = request.model.storedQuantization();
    MergeComparison result;
    result.seen =
        stored.isNone()
            ? request.seen
            : models::BaseFormat{stored.kind, stored.doubleQuant, request.seen.hasEmbeddings};
    at::Tensor expected;
    {
        const at::ScalarType held =
            models::hasOneDtype(request.model) ? request.model.storedDtype() : at::kFloat;
        const auto decoder =
            models::loadDecoder(request.model, at::kFloat, held, at::Device(at::kCPU), result.seen);
        std::vector<std::unique_ptr<adapters::LoadedAdapter>> loaded;
        for (const ScaledAdapter& adapter : request.adapters) {
            loaded.push_back(
                std::make_unique<adapters::LoadedAdapter>(*decoder, adapter.state, adapter.scale));
        }
        expected = probeLogits(*decoder);
        result.nll = nllOf(*decoder, request);
    }
    if (hasOriginalMerge(request)) {
        result.merges.push_back(measured(request, MergeBase::Original, expected));
    }
    result.merges.push_back(measured(request, MergeBase::Dequantized, expected));
    result.written = BaseWeights(request).base();
    return result;
}

} // namespace engine::exporters
