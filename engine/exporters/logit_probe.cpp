// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/logit_probe.h"

#include "engine/adapters/loaded_adapter.h"
#include "engine/device/seeds.h"
#include "engine/models/held_dtype.h"
#include "engine/nn/kv_cache.h"
#include "engine/tensors/mapped_pages.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>

namespace engine::exporters {

namespace {

// Of the probe's sequences: with one alone, nothing would show that positions begin anew.
constexpr std::array<int64_t, 2> kProbeTokens = {40, 24};

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

} // namespace

// A pass with a cache runs block by block and packs nothing.
at::Tensor probeLogits(const nn::Decoder& decoder)
{
    const at::NoGradGuard noGrad;
    const Probe probe = makeProbe(decoder.blueprint());
    nn::KvCache cache(decoder.blueprint().layers,
                      probe.lengths.front(),
                      static_cast<int64_t>(probe.lengths.size()));
    nn::Pass pass = nn::packedPass(probe.lengths);
    pass.cache = &cache;
    return decoder.logits(decoder.hidden(probe.ids, pass), pass);
}

at::Tensor probeLogits(const models::ModelFolder& model,
                       const std::vector<ScaledAdapter>& adapters,
                       const models::BaseFormat& seen)
{
    // As stored, so that the weights are mapped and each is widened when its turn comes.
    const at::ScalarType held = models::hasOneDtype(model) ? model.storedDtype() : at::kFloat;
    const auto decoder = models::loadDecoder(model, at::kFloat, held, at::Device(at::kCPU), seen);
    std::vector<std::unique_ptr<adapters::LoadedAdapter>> loaded;
    for (const ScaledAdapter& adapter : adapters) {
        loaded.push_back(
            std::make_unique<adapters::LoadedAdapter>(*decoder, adapter.state, adapter.scale));
    }
    at::Tensor logits = probeLogits(*decoder);
    for (const std::string& name : model.weights().names()) {
        const std::string_view bytes = model.weights().bytes(name);
        tensors::letGoOfPages(bytes.data(), bytes.size());
    }
    return logits;
}

LogitDifference differenceOf(const at::Tensor& expected, const at::Tensor& actual)
{
    const at::Tensor expectedLog = at::log_softmax(expected, -1);
    const at::Tensor actualLog = at::log_softmax(actual, -1);
    LogitDifference result;
    result.maxAbsDiff = (expected - actual).abs().max().item<double>();
    result.meanKl = (expectedLog.exp() * (expectedLog - actualLog)).sum(-1).mean().item<double>();
    result.top1Agreement =
        expected.argmax(-1).eq(actual.argmax(-1)).to(at::kDouble).mean().item<double>();
    return result;
}

} // namespace engine::exporters
