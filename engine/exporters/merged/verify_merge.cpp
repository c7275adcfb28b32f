// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged/verify_merge.h"

#include "engine/adapters/loaded_adapter.h"
#include "engine/device/seeds.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>

#include <cmath>

namespace engine::exporters::merged {

namespace {

constexpr int64_t kProbes = 4;
constexpr int64_t kProbeTokens = 64;
// Rounding every weight to 8 or 11 bits moves logits by about this share of the largest one;
// float32 by far less.
constexpr double kFloatTolerance = 1e-4;
constexpr double kHalfTolerance = 5e-2;
constexpr double kMeanKlTolerance = 1e-2;

// The same pseudo-random token sequences every time, packed.
struct Probe
{
    at::Tensor ids;
    nn::Pass pass;
};

Probe makeProbe(const nn::Blueprint& blueprint)
{
    const int64_t length = std::min(kProbeTokens, blueprint.context);
    device::RandomStream random(device::derivedSeed(0, "merge probe"));
    std::vector<int64_t> ids;
    for (int64_t i = 0; i < kProbes * length; ++i) {
        ids.push_back(
            static_cast<int64_t>(random.uniformInt(static_cast<uint64_t>(blueprint.vocabulary))));
    }
    return {at::tensor(ids, at::kLong), nn::packedPass(std::vector<int64_t>(kProbes, length))};
}

at::Tensor logitsOf(const nn::Decoder& decoder, const Probe& probe)
{
    return decoder.logits(decoder.hidden(probe.ids, probe.pass), probe.pass);
}

} // namespace

Verification verifyMerge(const ExportRequest& request, const std::filesystem::path& written)
{
    const at::NoGradGuard noGrad;
    const Probe probe = makeProbe(request.model.blueprint());
    at::Tensor expected;
    {
        const auto decoder = models::loadDecoder(request.model, at::kFloat);
        std::vector<std::unique_ptr<adapters::LoadedAdapter>> loaded;
        for (const ScaledAdapter& adapter : request.adapters) {
            loaded.push_back(
                std::make_unique<adapters::LoadedAdapter>(*decoder, adapter.state, adapter.scale));
        }
        expected = logitsOf(*decoder, probe);
    }
    const models::ModelFolder folder = models::ModelFolder::open(written);
    const at::Tensor actual = logitsOf(*models::loadDecoder(folder, at::kFloat), probe);

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
    return result;
}

} // namespace engine::exporters::merged
