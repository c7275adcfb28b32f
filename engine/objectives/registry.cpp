// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/registry.h"

#include "engine/objectives/causal_lm/causal_lm.h"

#include <array>

namespace engine::objectives {

namespace {

const std::array kObjectives = {
    &causal_lm::kCausalLm,
};

} // namespace

std::span<const Objective* const> objectives()
{
    return kObjectives;
}

const Objective* findObjective(std::string_view id)
{
    for (const Objective* objective : kObjectives) {
        if (objective->id == id) {
            return objective;
        }
    }
    return nullptr;
}

} // namespace engine::objectives
