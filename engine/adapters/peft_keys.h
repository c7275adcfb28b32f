// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tensor names of PEFT's adapter files.
#pragma once

#include <optional>
#include <string>

namespace engine::adapters {

enum class PeftTensor { FactorA, FactorB, Parameter };

struct PeftKey
{
    PeftTensor kind;
    std::string name; // module of a factor, or stored parameter name ("transformer.ln_f.bias")
};

std::string peftKey(const PeftKey& key);
// Nothing for tensors this version does not know (embedding factors, DoRA magnitudes).
std::optional<PeftKey> parsePeftKey(const std::string& key);

} // namespace engine::adapters
