// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Adapters as the engine reads them: a letter for the form (p: PEFT, P: PEFT's older file, m:
// mlx-lm, l: loralib), adapter_config.json or the side file, and behind a NUL byte the tensors.
// What is taken can be held against a model.
#include "engine/adapters/adapter_folder.h"
#include "engine/models/registry.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

namespace {

struct Form
{
    const char* config;
    const char* tensors;
    const char* given; // what is asked for; "" for the folder
};

Form formOf(char letter)
{
    switch (letter) {
    case 'P':
        return {"adapter_config.json", "adapter_model.bin", ""};
    case 'm':
        return {"adapter_config.json", "adapters.safetensors", ""};
    case 'l':
        return {"x.json", "x.safetensors", "x.safetensors"};
    default:
        return {"adapter_config.json", "adapter_model.safetensors", ""};
    }
}

const nn::Blueprint& blueprint()
{
    using contract::Value;
    static const nn::Blueprint made = [] {
        const models::ModelConfig config(Value::object({{"model_type", "gpt2"},
                                                        {"n_embd", 8},
                                                        {"n_layer", 1},
                                                        {"n_head", 2},
                                                        {"n_positions", 16},
                                                        {"vocab_size", 12}}),
                                         "config.json");
        return models::blueprintOf(config);
    }();
    return made;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    std::string_view rest = fuzz::textOf(data, size);
    const Form form = formOf(rest.front());
    rest.remove_prefix(1);
    const std::filesystem::path folder = fuzz::Folder::path() / "adapter";
    std::filesystem::remove_all(folder);
    const auto config = fuzz::fileOf(fuzz::nextFile(rest), std::string("adapter/") + form.config);
    if (std::filesystem::is_empty(config)) {
        std::filesystem::remove(config); // loralib's may be missing
    }
    fuzz::fileOf(rest, std::string("adapter/") + form.tensors);
    fuzz::orRefused([&] {
        const adapters::StoredAdapter adapter =
            adapters::readAdapter(*form.given != '\0' ? folder / form.given : folder);
        fuzz::require(adapter.parameters() >= 0, "more numbers than can be counted");
        const auto mismatches = adapters::findMismatches(adapter, blueprint());
        for (const adapters::Mismatch& mismatch : mismatches) {
            fuzz::require(!mismatch.message.empty(), "a mismatch without words");
        }
        const methods::AdapterState state = adapters::fitted(adapter, blueprint());
        fuzz::require(mismatches.empty(), "fitted in spite of its mismatches");
        for (const methods::LowRankFactors& factors : state.factors) {
            fuzz::require(factors.delta().dim() == 2, "an update that is no matrix");
        }
    });
    return 0;
}
