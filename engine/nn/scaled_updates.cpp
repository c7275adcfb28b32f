// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/scaled_updates.h"

#include "engine/kernels/dropout.h"

namespace engine::nn {

using kernels::kPanelFeatures;
using kernels::roundedUp;

bool isScaledUpdate(const kernels::LowRank& update)
{
    const auto isFloat = [](const at::Tensor& tensor) {
        return tensor.defined() && tensor.is_cpu() && tensor.scalar_type() == at::kFloat;
    };
    return isFloat(update.a) && isFloat(update.b) && isFloat(update.innerScale)
           && isFloat(update.outerScale) && !update.a.requires_grad() && !update.b.requires_grad();
}

std::vector<ScaledUpdate> scaledUpdatesOf(const PackedGroup& group,
                                          PackedWeights& packed,
                                          const Pass& pass,
                                          int64_t column,
                                          int64_t& sums)
{
    std::vector<ScaledUpdate> updates;
    int64_t next = roundedUp(column, kPanelFeatures);
    for (std::size_t layer = 0; layer < group.layers().size(); ++layer) {
        for (const Adapter* adapter : group.layers()[layer]->adapters()) {
            std::optional<kernels::LowRank> factors = adapter->lowRank(pass);
            if (!factors || !factors->hasScales()) {
                continue;
            }
            ScaledUpdate update;
            update.factors = std::move(*factors);
            update.factors.innerScale = update.factors.innerScale.contiguous();
            update.factors.outerScale = update.factors.outerScale.contiguous();
            update.a = &packed.sharedFactor(update.factors.a, group.type());
            update.b = &packed.sharedFactor(update.factors.b, group.type());
            update.inner = update.factors.innerScale.const_data_ptr<float>();
            update.outer = update.factors.outerScale.const_data_ptr<float>();
            update.kept = kernels::keptFactor(update.factors.dropout);
            update.base = group.offset(layer);
            update.column = next;
            next += roundedUp(update.rank(), kPanelFeatures);
            update.sums = sums;
            sums += roundedUp(update.rank() + update.rows(), kPanelFeatures);
            updates.push_back(std::move(update));
        }
    }
    return updates;
}

} // namespace engine::nn
