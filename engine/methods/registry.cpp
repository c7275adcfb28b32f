// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/registry.h"

#include "engine/methods/lora/lora.h"

#include <array>

namespace engine::methods {

namespace {

const std::array kMethods = {
    &lora::kLora,
};

} // namespace

std::span<const Method* const> methods()
{
    return kMethods;
}

const Method* findMethod(std::string_view id)
{
    for (const Method* method : kMethods) {
        if (method->id == id) {
            return method;
        }
    }
    return nullptr;
}

} // namespace engine::methods
