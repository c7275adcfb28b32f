// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/demands.h"

#include "engine/device/failure.h"
#include "engine/methods/combination.h"
#include "engine/methods/registry.h"
#include "engine/methods/trainable_mask.h"

namespace engine::methods {

namespace {

struct Demanded
{
    Demands demands;
    std::string where; // "method.masked_optimizer", "method.with[0].masked_optimizer"
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

} // namespace

void requireTrainable(const contract::Job& job,
                      const nn::Blueprint& blueprint,
                      const HeldBase& base)
{
    if (base.isPacked) {
        requireDense(planOf(job.method, blueprint), blueprint);
    }
    for (const Demanded& demanded : demandsOf(job.method)) {
        if (demanded.demands.partialUpdates && job.training.optimizer == contract::kAdamw8bit) {
            throw Failure(code::kBadField,
                          "training.optimizer: adamw_8bit rounds whole tensors in every step, and "
                              + demanded.where + " leaves rows of them as they are",
                          "Set training.optimizer to adamw, or " + demanded.where + " to false",
                          "training.optimizer");
        }
    }
}

} // namespace engine::methods
