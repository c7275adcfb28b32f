// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/full/full.h"

#include "engine/methods/mask_tuning.h"
#include "engine/methods/module_pattern.h"

namespace engine::methods::full {

namespace {

struct Full
{
    static constexpr std::string_view kId = "full";

    using Settings = LayeredSettings;

    static contract::Schema<Settings> schema()
    {
        return layeredSchema(
            LS_TEXT("all, or a list of block indices: then embeddings, final norm and head "
                    "stay frozen."));
    }

    static std::vector<std::string> names(const Settings& settings, const nn::Blueprint& blueprint)
    {
        requireLayers(settings.layers, blueprint, "method.layers");
        return parameterNames(blueprint, [&settings](const nn::ModuleSpec& module, bool) {
            return isInLayers(module, settings.layers);
        });
    }
};

} // namespace

const Method kFull = MaskMethod<Full>::method(LS_TEXT("Full fine-tuning"),
                                              LS_TEXT("Trains every weight of the model"),
                                              2e-5,
                                              Approach::Everything);

} // namespace engine::methods::full
