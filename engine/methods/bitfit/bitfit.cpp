// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/bitfit/bitfit.h"

#include "engine/methods/mask_tuning.h"
#include "engine/methods/module_pattern.h"
#include "engine/methods/paper.h"

namespace engine::methods::bitfit {

namespace {

struct Bitfit
{
    static constexpr std::string_view kId = "bitfit";

    using Settings = LayeredSettings;

    static contract::Schema<Settings> schema()
    {
        return layeredSchema(LS_TEXT("all, or a list of block indices; the first block is 0."));
    }

    static std::vector<std::string> names(const Settings& settings, const nn::Blueprint& blueprint)
    {
        requireLayers(settings.layers, blueprint, "method.layers");
        return parameterNames(blueprint, [&settings](const nn::ModuleSpec& module, bool isBias) {
            return isBias && isInLayers(module, settings.layers);
        });
    }
};

} // namespace

const Method kBitfit = fromPaper(
    "Ben Zaken et al. 2021",
    MaskMethod<Bitfit>::method("BitFit", LS_TEXT("Trains the biases alone"), 2e-4, Approach::Part));

} // namespace engine::methods::bitfit
