// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/top_layers/top_layers.h"

#include "engine/methods/mask_tuning.h"
#include "engine/methods/paper.h"

namespace engine::methods::top_layers {

namespace {

struct TopLayers
{
    static constexpr std::string_view kId = "top_layers";

    struct Settings
    {
        int64_t count = 2;
        double dropout = 0;
    };

    static contract::Schema<Settings> schema()
    {
        contract::Schema<Settings> s;
        s.integer("count", &Settings::count)
            .range(1, 100000)
            .unit(LS_TEXT("blocks"))
            .label(LS_TEXT("Trained blocks"))
            .help(LS_TEXT("How many of the last blocks are trained. The paper trains two."));
        addNoDropout(s, &Settings::dropout);
        return s;
    }

    static std::vector<std::string> names(const Settings& settings, const nn::Blueprint& blueprint)
    {
        if (settings.count > blueprint.layers) {
            throw Failure(code::kBadField,
                          "method.count: expected 1…" + std::to_string(blueprint.layers) + ", got "
                              + std::to_string(settings.count),
                          "The model has " + std::to_string(blueprint.layers) + " blocks",
                          "method.count");
        }
        const int64_t first = blueprint.layers - settings.count;
        return parameterNames(blueprint, [first](const nn::ModuleSpec& module, bool) {
            return module.layer >= first;
        });
    }
};

} // namespace

const Method kTopLayers = fromPaper(
    "Li & Liang 2021",
    MaskMethod<TopLayers>::method(LS_TEXT("Top layers"),
                                  LS_TEXT("Trains the last blocks and leaves the rest as it is"),
                                  2e-5,
                                  Approach::Part));

} // namespace engine::methods::top_layers
