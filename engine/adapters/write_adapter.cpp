// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_files.h"
#include "engine/adapters/method_folder.h"
#include "engine/adapters/peft_keys.h"
#include "engine/device/files.h"
#include "engine/device/pending_folder.h"
#include "engine/methods/nested_ranks.h"
#include "engine/methods/registry.h"
#include "engine/nn/row_slices.h"
#include "engine/tensors/safetensors_writer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

namespace engine::adapters {

namespace fs = std::filesystem;
using contract::Value;
using methods::AdapterState;
using methods::LowRankFactors;

namespace {

// The updates of one module as PEFT can hold them: one A, one B.
struct WholeUpdate
{
    std::string module;
    at::Tensor a;
    at::Tensor b;
    at::Tensor bias;      // of B; may be undefined
    at::Tensor magnitude; // may be undefined
    bool isEmbedding = false;
    double alpha = 0;
    Value slices; // of [{name, rank, alpha}] when it joins slices
};

// Slices become one update of the summed rank: A stacked, B block-structured, alpha so that alpha /
// rank stays the slices' scale. Slices of a smaller scale carry the ratio in B. Source:
// docs/formats.md, "Fused weights".
WholeUpdate joined(const std::vector<const LowRankFactors*>& parts, const nn::ModuleSpec& module)
{
    WholeUpdate whole;
    whole.module = module.name;
    if (parts.size() == 1 && parts.front()->slice.empty()) {
        whole.a = parts.front()->a;
        whole.b = parts.front()->b;
        whole.bias = parts.front()->bias;
        whole.magnitude = parts.front()->magnitude;
        whole.isEmbedding = parts.front()->isEmbedding;
        whole.alpha = parts.front()->alpha;
        return whole;
    }
    int64_t rank = 0;
    double scale = 0;
    std::vector<at::Tensor> stacked;
    for (const LowRankFactors* part : parts) {
        rank += part->rank();
        scale = std::max(scale, part->scale());
        stacked.push_back(part->a);
        whole.slices.append(
            Value::object({{"name", part->slice}, {"rank", part->rank()}, {"alpha", part->alpha}}));
    }
    whole.a = at::cat(stacked);
    whole.b = at::zeros({module.out, rank}, at::kFloat);
    if (parts.front()->magnitude.defined()) {
        whole.magnitude = parts.front()->moduleMagnitude.clone();
    }
    int64_t column = 0;
    for (const LowRankFactors* part : parts) {
        const at::Tensor block =
            part->scale() == scale ? part->b : part->b * (part->scale() / scale);
        const at::Tensor rows = nn::rowIndices(part->rows);
        whole.b.narrow(1, column, part->rank()).index_copy_(0, rows, block);
        if (part->magnitude.defined()) {
            whole.magnitude.index_copy_(0, rows, part->magnitude);
        }
        column += part->rank();
    }
    const auto r = static_cast<double>(rank);
    whole.alpha = scale * (parts.front()->usesRslora ? std::sqrt(r) : r);
    return whole;
}

std::vector<WholeUpdate> wholeUpdates(const AdapterState& state, const nn::Blueprint& blueprint)
{
    std::vector<WholeUpdate> updates;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        std::vector<const LowRankFactors*> parts;
        for (const LowRankFactors& factors : state.factors) {
            if (factors.module == module.name) {
                parts.push_back(&factors);
            }
        }
        if (!parts.empty()) {
            updates.push_back(joined(parts, module));
        }
    }
    return updates;
}

// An integral number as an integer, as PEFT's files have it.
Value numberOf(double value)
{
    const double rounded = std::round(value);
    return std::abs(value - rounded) < 1e-9 * std::max(1.0, std::abs(value))
               ? Value(static_cast<int64_t>(rounded))
               : Value(value);
}

// The modules that are saved whole, in PEFT's names.
std::vector<std::string> savedNames(const AdapterState& state, const nn::Blueprint& blueprint)
{
    std::vector<std::string> names;
    for (const std::string& name : state.modulesToSave) {
        const nn::ModuleSpec* module = blueprint.find(name);
        names.push_back(module == nullptr ? name : peftName(*module));
    }
    return names;
}

template <typename Key>
Key mostFrequent(const std::map<Key, int64_t>& counts)
{
    return std::max_element(counts.begin(),
                            counts.end(),
                            [](const auto& x, const auto& y) { return x.second < y.second; })
        ->first;
}

// adapter_config.json: the stable fields always, the others only when they say something, keys
// sorted.
Value configOf(const AdapterState& state,
               const std::vector<WholeUpdate>& updates,
               const nn::Blueprint& blueprint,
               const BaseIdentity& base)
{
    std::map<std::string, Value> config = {
        {"base_model_name_or_path", base.name},
        {"bias", state.bias},
        {"inference_mode", true},
        {"lora_dropout", state.dropout},
        {"modules_to_save",
         state.modulesToSave.empty() ? Value() : Value::list(savedNames(state, blueprint))},
        {"peft_type", "LORA"},
        {"task_type", "CAUSAL_LM"},
    };
    std::map<int64_t, int64_t> ranks;
    std::map<double, int64_t> alphas;
    std::set<std::string> targets;
    for (const WholeUpdate& update : updates) {
        ++ranks[update.a.size(0)];
        ++alphas[update.alpha];
        targets.insert(update.module);
    }
    const int64_t rank = mostFrequent(ranks);
    const double alpha = mostFrequent(alphas);
    config["r"] = rank;
    config["lora_alpha"] = numberOf(alpha);

    bool isConv = false;
    bool hasBias = false;
    bool hasMagnitude = false;
    Value rankPattern, alphaPattern;
    for (const WholeUpdate& update : updates) {
        const nn::ModuleSpec& module = *blueprint.find(update.module);
        isConv = isConv || module.kind == nn::ModuleKind::Conv1d;
        hasBias = hasBias || update.bias.defined();
        hasMagnitude = hasMagnitude || update.magnitude.defined();
        if (update.a.size(0) != rank) {
            rankPattern.set(peftName(module), update.a.size(0));
        }
        if (update.alpha != alpha) {
            alphaPattern.set(peftName(module), numberOf(update.alpha));
        }
    }
    config["target_modules"] = Value::list(methods::peftTargets(targets, blueprint));
    const auto setIf = [&config](bool says, const char* key, Value value) {
        if (says) {
            config[key] = std::move(value);
        }
    };
    setIf(!rankPattern.isNull(), "rank_pattern", rankPattern);
    setIf(!alphaPattern.isNull(), "alpha_pattern", alphaPattern);
    setIf(isConv, "fan_in_fan_out", true);
    setIf(hasBias, "lora_bias", true);
    setIf(hasMagnitude, "use_dora", true);
    setIf(!state.factors.empty() && state.factors.front().usesRslora, "use_rslora", true);

    Value::Object sorted(config.begin(), config.end());
    return sorted;
}

std::vector<std::pair<std::string, at::Tensor>> tensorsOf(const AdapterState& state,
                                                          const std::vector<WholeUpdate>& updates,
                                                          const nn::Blueprint& blueprint)
{
    std::map<std::string, at::Tensor> tensors;
    std::set<std::string> targets;
    const bool hasBias = std::any_of(
        updates.begin(), updates.end(), [](const auto& update) { return update.bias.defined(); });
    for (const WholeUpdate& update : updates) {
        targets.insert(update.module);
        const std::string name = peftName(*blueprint.find(update.module));
        const auto put = [&tensors, &name](PeftTensor kind, const at::Tensor& tensor) {
            tensors[peftKey({kind, name})] = tensor;
        };
        put(update.isEmbedding ? PeftTensor::EmbeddingA : PeftTensor::FactorA, update.a);
        put(update.isEmbedding ? PeftTensor::EmbeddingB : PeftTensor::FactorB, update.b);
        if (hasBias && !update.isEmbedding) {
            put(PeftTensor::FactorBias,
                update.bias.defined() ? update.bias : at::zeros({update.b.size(0)}, at::kFloat));
        }
        if (update.magnitude.defined()) {
            put(PeftTensor::Magnitude, update.magnitude);
        }
    }
    for (const methods::ReplacedParameter& parameter : state.replaced) {
        const std::size_t dot = parameter.name.rfind('.');
        const std::string moduleName = parameter.name.substr(0, dot);
        const nn::ModuleSpec& module = *blueprint.find(moduleName);
        const bool isConvWeight =
            module.kind == nn::ModuleKind::Conv1d && parameter.value.dim() == 2;
        // PEFT wraps targets: their own parameters live one level down.
        const std::string name = peftName(module)
                                 + (targets.contains(moduleName) ? ".base_layer" : "")
                                 + parameter.name.substr(dot);
        tensors[peftKey({PeftTensor::Parameter, name})] =
            isConvWeight ? parameter.value.t().contiguous() : parameter.value;
    }
    return {tensors.begin(), tensors.end()};
}

std::string modelCard(const BaseIdentity& base, const AdapterState& state)
{
    std::ostringstream card;
    card << "---\nlibrary_name: peft\nbase_model: " << toJson(Value(base.name)) << "\n---\n\n"
         << "# LoRA adapter\n\nTrained with LoRA Studio on `" << base.name
         << "`: " << state.parameters() << " parameters in " << state.factors.size()
         << " updates.\n\n"
         << "Load it with PEFT: `PeftModel.from_pretrained(base_model, \"<this folder>\")`.\n";
    if (methods::hasNestedRanks(state)) {
        card << "\nTrained with " << methods::findMethod(state.method)->name
             << ": its first b ranks are an adapter of rank b, for every b up to "
             << methods::mostRank(state)
             << ". `lora-engine export --format peft --rank b` writes one.\n";
    }
    card << quantizationNote(base.quantization);
    return card.str();
}

} // namespace

namespace {

void writeLora(const fs::path& folder,
               const AdapterState& state,
               const nn::Blueprint& blueprint,
               const BaseIdentity& base)
{
    const std::vector<WholeUpdate> updates = wholeUpdates(state, blueprint);
    Value record = ownRecordOf(state.method, base);
    Value slices;
    for (const WholeUpdate& update : updates) {
        if (!update.slices.isNull()) {
            slices.set(peftName(*blueprint.find(update.module)), update.slices);
        }
    }
    if (!slices.isNull()) {
        record.set("slices", slices);
    }

    device::writeFileAtomically(folder / "adapter_config.json",
                                toJson(configOf(state, updates, blueprint, base), 2) + "\n");
    tensors::saveTensors(folder / "adapter_model.safetensors",
                         tensorsOf(state, updates, blueprint),
                         {{"format", "pt"}, {"lora_studio", toJson(record)}});
    device::writeFileAtomically(folder / "README.md", modelCard(base, state));
}

void writeFiles(const fs::path& folder,
                const AdapterState& state,
                const nn::Blueprint& blueprint,
                const BaseIdentity& base)
{
    if (state.settings.isNull()) {
        writeLora(folder, state, blueprint, base);
    } else {
        writeMethod(folder, state, blueprint, base);
    }
    for (const AdapterState& further : state.with) {
        const fs::path own = folder / kFurtherFolder / further.method;
        fs::create_directories(own);
        writeFiles(own, further, blueprint, base);
    }
}

} // namespace

void writeAdapter(const fs::path& folder,
                  const AdapterState& state,
                  const nn::Blueprint& blueprint,
                  const BaseIdentity& base)
{
    device::PendingFolder pending(folder);
    writeFiles(pending.path(), state, blueprint, base);
    pending.commitReplacing();
}

} // namespace engine::adapters
