// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// config.json of every family: a blueprint whose sizes can be added up, or a refusal that names the
// field.
#include "engine/models/registry.h"
#include "engine/models/stored_quantization.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto path = fuzz::fileOf(fuzz::textOf(data, size), "config.json");
    fuzz::orRefused([&] {
        const auto config = models::ModelConfig::read(path);
        const models::StoredQuantization stored = models::storedQuantizationOf(config);
        fuzz::require(stored.kind != kernels::Quantization::Int8 || !stored.doubleQuant,
                      "int8 with scales that are packed, too");
        const nn::Blueprint blueprint = models::blueprintOf(config);
        fuzz::require(!blueprint.modules.empty(), "no modules");
        fuzz::require(blueprint.vocabulary > 0 && blueprint.context > 0 && blueprint.hiddenSize > 0
                          && blueprint.layers > 0,
                      "a size that is not positive");
        for (const nn::ModuleSpec& module : blueprint.modules) {
            fuzz::require(module.out > 0 && module.in >= 0, "a module without outputs");
            fuzz::require(module.parameters() > 0, "more numbers than can be counted");
            for (const nn::SliceSpec& slice : module.slices) {
                fuzz::require(slice.rows.rows() > 0, "a slice without rows");
            }
        }
        fuzz::require(blueprint.parameters() > 0, "more numbers than can be counted");
    });
    return 0;
}
