// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/activation_names.h"

#include <array>
#include <utility>

namespace engine::models {

kernels::Activation
activationOf(const ModelConfig& config, std::string_view key, std::string_view fallback)
{
    using kernels::Activation;
    constexpr auto kNames = std::to_array<std::pair<std::string_view, Activation>>({
        {"silu", Activation::Silu},
        {"swish", Activation::Silu},
        {"gelu", Activation::GeluErf},
        {"gelu_new", Activation::GeluTanh},
        {"gelu_pytorch_tanh", Activation::GeluTanh},
        {"gelu_fast", Activation::GeluTanh},
        {"gelu_python", Activation::GeluErf},
    });
    const std::string name = config.text(key, fallback);
    for (const auto& [known, activation] : kNames) {
        if (name == known) {
            return activation;
        }
    }
    config.unsupported(key,
                       "\"" + name + "\" is not one of silu, gelu, gelu_new, gelu_pytorch_tanh");
}

} // namespace engine::models
