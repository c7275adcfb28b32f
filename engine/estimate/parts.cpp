// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/parts.h"

#include "engine/contract/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string_view>
#include <unordered_map>

namespace engine::estimate {

namespace {

struct Name
{
    std::string_view id;
    std::string_view text;
};

constexpr Name kNames[] = {
    Name{"embedding", LS_TEXT("Embeddings")},
    Name{"attention", LS_TEXT("Attention")},
    Name{"attention_bias", LS_TEXT("Biases of attention")},
    Name{"mlp", LS_TEXT("MLP")},
    Name{"mlp_bias", LS_TEXT("Biases of the MLP")},
    Name{"norm", LS_TEXT("Norms")},
    Name{"norm_bias", LS_TEXT("Biases of norms")},
    Name{"head", LS_TEXT("Output head")},
    Name{"head_bias", LS_TEXT("Bias of the output head")},
    Name{"attention_adapter", LS_TEXT("Modules after attention")},
    Name{"mlp_adapter", LS_TEXT("Modules after the MLP")},
    Name{"prompt_embeddings", LS_TEXT("Virtual tokens")},
    Name{"token_embeddings", LS_TEXT("Virtual tokens")},
    Name{"token_states", LS_TEXT("States of virtual tokens after every block")},
};

constexpr std::array<std::string_view, 4> kAttention = {"q", "k", "v", "o"};

bool isAttention(const nn::ModuleSpec& module)
{
    const auto names = [](std::string_view name) {
        return std::find(kAttention.begin(), kAttention.end(), name) != kAttention.end();
    };
    return names(module.shortName)
           || std::any_of(module.slices.begin(),
                          module.slices.end(),
                          [&names](const nn::SliceSpec& slice) { return names(slice.shortName); });
}

std::string placeOf(const nn::ModuleSpec& module)
{
    if (module.outputHead) {
        return "head";
    }
    if (module.kind == nn::ModuleKind::Embedding) {
        return "embedding";
    }
    if (module.kind == nn::ModuleKind::Norm) {
        return "norm";
    }
    return isAttention(module) ? "attention" : "mlp";
}

using ModuleIndex = std::unordered_map<std::string_view, const nn::ModuleSpec*>;

// The module with the longest name that the tensor's starts with.
const nn::ModuleSpec* moduleOf(std::string_view tensor, const ModuleIndex& modules)
{
    for (std::string_view name = tensor; !name.empty();) {
        if (const auto found = modules.find(name); found != modules.end()) {
            return found->second;
        }
        const std::size_t dot = name.rfind('.');
        name = dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
    }
    return nullptr;
}

// "transformer.h.0.attention_adapter.down.weight" → attention_adapter in layer 0.
TensorPlace ownTensor(std::string_view tensor)
{
    TensorPlace own;
    std::string_view rest = tensor;
    while (!rest.empty()) {
        const std::size_t dot = std::min(rest.find('.'), rest.size());
        const std::string_view word = rest.substr(0, dot);
        rest.remove_prefix(std::min(dot + 1, rest.size()));
        const auto [end, problem] =
            std::from_chars(word.data(), word.data() + word.size(), own.layer);
        if (problem == std::errc() && end == word.data() + word.size()) {
            own.id = rest.substr(0, rest.find('.'));
            return own;
        }
    }
    own.layer = -1;
    own.id = tensor.substr(0, tensor.find('.'));
    return own;
}

std::string nameOf(const std::string& id)
{
    const auto* found = std::find_if(
        std::begin(kNames), std::end(kNames), [&id](const Name& name) { return name.id == id; });
    return found == std::end(kNames) ? id : std::string(found->text);
}

} // namespace

std::vector<TensorPlace> placesOf(const std::vector<nn::TrainableTensor>& tensors,
                                  const nn::Blueprint& blueprint)
{
    ModuleIndex modules;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        modules.emplace(module.name, &module);
    }
    std::vector<TensorPlace> places;
    for (const nn::TrainableTensor& tensor : tensors) {
        if (const nn::ModuleSpec* module = moduleOf(tensor.name, modules)) {
            const bool isBias = tensor.name == module->biasName();
            places.push_back({module, module->layer, placeOf(*module) + (isBias ? "_bias" : "")});
        } else {
            places.push_back(ownTensor(tensor.name));
        }
    }
    return places;
}

std::vector<Part> partsOf(const std::vector<nn::TrainableTensor>& tensors,
                          const nn::Blueprint& blueprint)
{
    const std::vector<TensorPlace> places = placesOf(tensors, blueprint);
    std::vector<Part> parts;
    std::vector<std::set<int64_t>> layers;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const TensorPlace& place = places[i];
        auto part = std::find_if(
            parts.begin(), parts.end(), [&place](const Part& one) { return one.id == place.id; });
        if (part == parts.end()) {
            part = parts.insert(parts.end(), {place.id, nameOf(place.id)});
            layers.emplace_back();
        }
        part->parameters += tensors[i].numel();
        if (place.layer >= 0) {
            std::set<int64_t>& seen = layers[static_cast<std::size_t>(part - parts.begin())];
            seen.insert(place.layer);
            part->layers = static_cast<int64_t>(seen.size());
        }
    }
    return parts;
}

} // namespace engine::estimate
