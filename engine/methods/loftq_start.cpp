// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/loftq_start.h"

#include "engine/methods/low_rank_start.h"
#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/index_select.h>

namespace engine::methods {

void startFromPackingLoss(AdapterState& state,
                          nn::Decoder& decoder,
                          const OriginalWeights& originals,
                          uint64_t seed)
{
    const at::NoGradGuard untracked;
    for (LowRankFactors& factors : state.factors) {
        nn::Linear* const layer = factors.isEmbedding ? nullptr : decoder.linear(factors.module);
        if (layer == nullptr || !layer->isQuantized()) {
            continue;
        }
        at::Tensor lost = originals(layer->spec());
        lost.sub_(layer->dense(at::kFloat).to(at::kCPU));
        if (!factors.slice.empty()) {
            lost = lost.index_select(0, nn::rowIndices(factors.rows));
        }
        const std::string name =
            factors.slice.empty() ? factors.module : factors.module + "." + factors.slice;
        const StartPlace place = {
            name, false, factors.b.size(0), factors.a.size(1), factors.rank(), factors.scale()};
        approximate(place, lost, seed, factors.a, factors.b);
        if (factors.magnitude.defined()) {
            factors.magnitude.copy_(factors.norms(1).of(layer->dense().to(at::kCPU)));
        }
    }
}

} // namespace engine::methods
