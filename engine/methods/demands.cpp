// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/demands.h"

#include "engine/device/failure.h"
#include "engine/methods/combination.h"
#include "engine/methods/registry.h"
#include "engine/methods/trainable_mask.h"

#include <algorithm>

namespace engine::methods {

namespace {

struct Demanded
{
    Demands demands;
    std::string where; // "method.init", "method.with[0].init"
};

std::vector<Demanded> demandsOf(const contract::MethodSection& section)
{
    std::vector<Demanded> all;
    const auto add = [&all](const std::string& id, const contract::Value& settings, auto where) {
        const Method& method = *findMethod(id);
        if (method.demands != nullptr) {
            const Demands demands = method.demands(settings);
            all.push_back({demands, where + "." + std::string(demands.field)});
        }
    };
    add(section.id, section.settings, std::string("method"));
    for (std::size_t i = 0; i < section.with.size(); ++i) {
        add(section.with[i].id, section.with[i].settings, "method.with[" + std::to_string(i) + "]");
    }
    return all;
}

void requireLoss(const Demanded& demanded, const HeldBase& base)
{
    const std::string start = demanded.where + ": " + std::string(demanded.demands.value)
                              + " corrects what packing took away of the base, ";
    if (!base.isPacked) {
        throw Failure(code::kBadField,
                      start + "and this base is held in full precision",
                      "Set model.quantization to nf4 or int8, or choose another " + demanded.where,
                      demanded.where);
    }
    if (base.isStoredPacked) {
        throw Failure(code::kBadField,
                      start
                          + "and the model is stored packed: the weights that it was packed "
                            "from are not there",
                      "Take the model that it was made from, with model.quantization, or choose "
                      "another "
                          + demanded.where,
                      demanded.where);
    }
}

} // namespace

void requireTrainable(const contract::Job& job,
                      const nn::Blueprint& blueprint,
                      const HeldBase& base)
{
    if (base.isPacked) {
        requireDense(planOf(job.method, blueprint), blueprint, base.hasPackedEmbeddings);
    }
    for (const Demanded& demanded : demandsOf(job.method)) {
        if (demanded.demands.packingLoss) {
            requireLoss(demanded, base);
        }
        if (demanded.demands.partialUpdates && job.training.optimizer == contract::kAdamw8bit) {
            throw Failure(code::kBadField,
                          "training.optimizer: adamw_8bit rounds whole tensors in every step, and "
                              + demanded.where + " leaves rows of them as they are",
                          "Set training.optimizer to adamw, or " + demanded.where + " to false",
                          "training.optimizer");
        }
    }
}

bool correctsPacking(const contract::MethodSection& section)
{
    const std::vector<Demanded> all = demandsOf(section);
    return std::any_of(
        all.begin(), all.end(), [](const Demanded& one) { return one.demands.packingLoss; });
}

} // namespace engine::methods
