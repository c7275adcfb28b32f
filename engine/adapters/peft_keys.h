// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tensor names of PEFT's adapter files. Source: peft (utils/save_and_load.py).
#pragma once

#include "engine/methods/peft_names.h"

#include <optional>
#include <string>

namespace engine::adapters {

enum class PeftTensor {
    FactorA,
    FactorB,
    FactorBias,
    EmbeddingA,
    EmbeddingB,
    Magnitude,
    Parameter
};

struct PeftKey
{
    PeftTensor kind;
    std::string name; // module of a factor, or stored parameter name ("transformer.ln_f.bias")
};

std::string peftKey(const PeftKey& key);
// Also as other programs leave them: behind DeepSpeed's "module.", torch.compile's "_orig_mod." or
// FSDP's "_fsdp_wrapped_module.", and with the adapter's name ("lora_A.default.weight"). Nothing
// for tensors this version does not know.
std::optional<PeftKey> parsePeftKey(const std::string& key);
// With bias "all" PEFT also writes the biases inside its wrapper of a module trained in full: the
// wrapper's copy and the frozen original. The plain name under which the trained bias stands as
// well; nothing for other keys.
std::optional<std::string> plainKeyOfWrapped(const std::string& key);

using methods::moduleNamed;
using methods::peftName;

} // namespace engine::adapters
