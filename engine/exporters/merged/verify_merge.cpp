// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged/verify_merge.h"

#include "engine/adapters/loaded_adapter.h"
#include "engine/device/seeds.h"
#include "engine/models/held_dtype.h"
#include "engine/nn/kv_cache.h"
#include "engine/tensors/mapped_pages.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace engine::exporters::merged {

namespace {

// Of the probe's sequences: with one alone, nothing would show that positions begin anew.
constexpr std::array<int64_t, 2> kProbeTokens = {40, 24};
// Rounding every weight to 8 or 11 bits moves logits by about this share of the largest one;
// float32 by far less.
constexpr double kFloatTolerance = 1e-4;
constexpr double kHalfTolerance = 5e-2;
constexpr double kMeanKlTolerance = 1e-2;
// Some models turn over at a small change, and rounding moves them further: there the merge must
// still stand this much nearer to base + adapter than the base alone does, by Frobenius norms.
constexpr double kShareOfEffect = 0.2;

struct Probe
{
    at::Tensor ids; // of all sequences
    std::vector<int64_t> lengths;
};

// The same pseudo-random tokens every time.
Probe makeProbe(const nn::Blueprint& blueprint)
{
    device::RandomStream random(device::derivedSeed(0, "merge probe"));
    std::vector<int64_t> ids;
    Probe probe;
    for (const int64_t tokens : kProbeTokens) {
        probe.lengths.push_back(std::min(tokens, blueprint.context));
        for (int64_t i = 0; i < probe.lengths.back(); ++i) {
            ids.push_back(static_cast<int64_t>(
                random.uniformInt(static_cast<uint64_t>(blueprint.vocabulary))));
        }
    }
    probe.ids = at::tensor(ids, at::kLong);
    return probe;
}

// Float32 [tokens, vocabulary]. A pass with a cache runs block by block and packs nothing.
at::Tensor logitsOf(const models::ModelFolder& folder,
                    const std::vector<ScaledAdapter>& scaled,
                    const Probe& probe)
{
    // As stored, so that the weights are mapped and each is widened when its turn comes.
    const at::ScalarType held = models::hasOneDtype(folder) ? folder.storedDtype() : at::kFloat;
    const auto decoder = models::loadDecoder(folder, at::kFloat, held);
    std::vector<std::unique_ptr<adapters::LoadedAdapter>> loaded;
    for (const ScaledAdapter& adapter : scaled) {
        loaded.push_back(
            std::make_unique<adapters::LoadedAdapter>(*decoder, adapter.state, adapter.scale));
    }
    nn::KvCache cache(folder.blueprint().layers,
                      probe.lengths.front(),
                      static_cast<int64_t>(probe.lengths.size()));
    nn::Pass pass = nn::packedPass(probe.lengths);
    pass.cache = &cache;
    at::Tensor logits = decoder->logits(decoder->hidden(probe.ids, pass), pass);
    for (const std::string& name : folder.weights().names()) {
        const std::string_view bytes = folder.weights().bytes(name);
        tensors::letGoOfPages(bytes.data(), bytes.size());
    }
    return logits;
}

} // namespace

Verification verifyMerge(const ExportRequest& request, const std::filesystem::path& written)
{
    const at::NoGradGuard noGrad;
    const Probe probe = makeProbe(request.model.blueprint());
    const at::Tensor expected = logitsOf(request.model, request.adapters, probe);
    const models::ModelFolder folder = models::ModelFolder::open(written);
    const at::Tensor actual = logitsOf(folder, {}, probe);

    const at::Tensor expectedLog = at::log_softmax(expected, -1);
    const at::Tensor actualLog = at::log_softmax(actual, -1);
    const double largest = expected.abs().max().item<double>();
    const double share = folder.storedDtype() == at::kFloat ? kFloatTolerance : kHalfTolerance;
    Verification result;
    result.maxAbsDiff = (expected - actual).abs().max().item<double>();
    result.meanKl = (expectedLog.exp() * (expectedLog - actualLog)).sum(-1).mean().item<double>();
    result.top1Agreement =
        expected.argmax(-1).eq(actual.argmax(-1)).to(at::kDouble).mean().item<double>();
    result.tolerance = share * std::max(1.0, largest);
    // Written so that NaN fails.
    result.passed = result.maxAbsDiff <= result.tolerance && result.meanKl <= kMeanKlTolerance;
    if (!result.passed && folder.storedDtype() != at::kFloat) {
        const at::Tensor base = logitsOf(request.model, {}, probe);
        const double effect = (expected - base).norm().item<double>();
        result.passed = (expected - actual).norm().item<double>() <= kShareOfEffect * effect;
    }
    return result;
}

} // namespace engine::exporters::merged
