// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// An adapter against a model: what does not fit, and the adapter in the model's own terms.
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/method_folder.h"
#include "engine/adapters/peft_keys.h"
#include "engine/adapters/peft_patterns.h"
#include "engine/device/failure.h"
#include "engine/nn/row_slices.h"
#include "engine/nn/shape_text.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace engine::adapters {

using contract::Value;
using methods::LowRankFactors;
using methods::ReplacedParameter;
using nn::ModuleKind;
using nn::ModuleSpec;

namespace {

std::string moduleOf(const ReplacedParameter& parameter)
{
    return parameter.name.substr(0, parameter.name.rfind('.'));
}

// Rows and columns of the weight that factors are for.
std::pair<int64_t, int64_t> sizeFor(const LowRankFactors& factors, const ModuleSpec& module)
{
    const bool isEmbedding = module.kind == ModuleKind::Embedding;
    return isEmbedding ? std::pair(factors.a.size(1), factors.b.size(0))
                       : std::pair(factors.b.size(0), factors.a.size(1));
}

std::string sizeText(int64_t rows, int64_t columns)
{
    return std::to_string(rows) + " × " + std::to_string(columns);
}

void checkFactors(const StoredAdapter& adapter,
                  const nn::Blueprint& blueprint,
                  std::vector<Mismatch>& found)
{
    for (const LowRankFactors& factors : adapter.state.factors) {
        const ModuleSpec* module = moduleNamed(blueprint, factors.module);
        if (module == nullptr || module->kind == ModuleKind::Norm) {
            found.push_back({factors.module, "the model has no linear module " + factors.module});
            continue;
        }
        const auto [rows, columns] = sizeFor(factors, *module);
        if (factors.isEmbedding && module->kind != ModuleKind::Embedding) {
            found.push_back({factors.module,
                             factors.module
                                 + ": the adapter takes it for an embedding, in the "
                                   "model it is a linear module"});
        } else if (rows != module->out || columns != module->in) {
            found.push_back({factors.module,
                             factors.module + ": the adapter fits a weight of "
                                 + sizeText(rows, columns) + ", the model's is "
                                 + sizeText(module->out, module->in)});
        }
    }
}

void checkParameters(const StoredAdapter& adapter,
                     const nn::Blueprint& blueprint,
                     std::vector<Mismatch>& found)
{
    for (const ReplacedParameter& parameter : adapter.state.replaced) {
        const ModuleSpec* module = moduleNamed(blueprint, moduleOf(parameter));
        const bool isBias = parameter.name.ends_with(".bias");
        if (module == nullptr || (isBias && !module->bias)) {
            found.push_back({parameter.name, "the model has no parameter " + parameter.name});
            continue;
        }
        const std::vector<int64_t> wanted =
            isBias ? std::vector<int64_t>{module->out} : module->storedShape();
        if (parameter.value.sizes() != at::IntArrayRef(wanted)) {
            found.push_back({parameter.name,
                             parameter.name + " is " + nn::shapeText(parameter.value.sizes().vec())
                                 + " in the adapter, in the model " + nn::shapeText(wanted)});
        }
    }
}

// What the config of a PEFT adapter announces for this model, as names of modules and parameters.
struct Announced
{
    std::vector<std::string> modules;
    std::vector<std::string> parameters;
};

bool isSavedWhole(const StoredAdapter& adapter, const std::string& name)
{
    const std::vector<std::string>& saved = adapter.state.modulesToSave;
    return std::any_of(saved.begin(), saved.end(), [&name](const std::string& entry) {
        return name == entry || name.ends_with("." + entry);
    });
}

Announced announcedBy(const StoredAdapter& adapter,
                      const std::vector<const ModuleSpec*>& targets,
                      const nn::Blueprint& blueprint)
{
    Announced announced;
    for (const ModuleSpec& module : blueprint.modules) {
        const std::string name = peftName(module);
        const bool isTarget = std::find(targets.begin(), targets.end(), &module) != targets.end();
        const bool isSaved = isSavedWhole(adapter, name);
        const std::string& bias = adapter.state.bias;
        if (isTarget) {
            announced.modules.push_back(name);
        }
        if (isSaved) {
            announced.parameters.push_back(name + ".weight");
        }
        if (module.bias && (isSaved || bias == "all" || (bias == "lora_only" && isTarget))) {
            announced.parameters.push_back(name + ".bias");
        }
    }
    return announced;
}

// Tensors that are announced and not there, and updates that are there and not announced.
void checkCompleteness(const StoredAdapter& adapter,
                       const nn::Blueprint& blueprint,
                       std::vector<Mismatch>& found)
{
    if (adapter.format != "peft") {
        return;
    }
    const auto targets = targetsOf(adapter.config, blueprint);
    if (!targets) {
        return;
    }
    std::set<const ModuleSpec*> updated;
    std::set<std::string> replaced;
    for (const LowRankFactors& factors : adapter.state.factors) {
        const ModuleSpec* module = moduleNamed(blueprint, factors.module);
        updated.insert(module);
        const bool isAnnounced =
            module == nullptr
            || std::find(targets->begin(), targets->end(), module) != targets->end();
        if (!isAnnounced) {
            found.push_back({factors.module,
                             factors.module
                                 + " is in the file, but not among the targets of "
                                   "adapter_config.json: PEFT would leave it out"});
        }
    }
    for (const ReplacedParameter& parameter : adapter.state.replaced) {
        const ModuleSpec* module = moduleNamed(blueprint, moduleOf(parameter));
        replaced.insert(module == nullptr
                            ? parameter.name
                            : peftName(*module) + parameter.name.substr(parameter.name.rfind('.')));
    }
    const Announced announced = announcedBy(adapter, *targets, blueprint);
    const auto missing = [&found](const std::string& name, const std::string& what) {
        found.push_back(
            {name, name + ": adapter_config.json announces " + what + ", the file lacks it"});
    };
    for (const std::string& name : announced.modules) {
        if (!updated.contains(moduleNamed(blueprint, name))) {
            missing(name, "an update");
        }
    }
    for (const std::string& name : announced.parameters) {
        if (!replaced.contains(name)) {
            missing(name, "the parameter");
        }
    }
}

// Whether the rows that a record names are those of the model's slice.
bool isPlainSlice(const nn::SliceSpec& slice, const Value& entry)
{
    return slice.rows.groups == 1 && slice.rows.offset == entry["offset"].toInteger(-1)
           && slice.rows.rows() == entry["rows"].toInteger(-1);
}

// The updates of slices that were joined into `whole`, by the record [{name, rank, alpha}] of
// StoredAdapter::slices; `whole` itself without one, or where the record's rows are no slice of
// this model.
std::vector<LowRankFactors>
divided(const LowRankFactors& whole, const Value::List& record, const ModuleSpec& module)
{
    const auto refuse = [&whole](const std::string& problem) {
        throw Failure(code::kBadAdapter,
                      "the record of the slices of " + whole.module + " " + problem,
                      "Export the adapter again");
    };
    if (whole.bias.defined()) {
        return {whole}; // of all rows
    }
    std::vector<LowRankFactors> parts;
    int64_t column = 0;
    double scale = 0;
    for (const Value& entry : record) {
        const std::string& name = entry["name"].toString();
        const int64_t rank = entry["rank"].toInteger();
        const auto slice = std::find_if(
            module.slices.begin(), module.slices.end(), [&name](const nn::SliceSpec& candidate) {
                return candidate.shortName == name;
            });
        const bool isKnown = slice != module.slices.end();
        if (entry.contains("offset") && !(isKnown && isPlainSlice(*slice, entry))) {
            return {whole};
        }
        if (!isKnown) {
            refuse("names an unknown slice: " + name);
        }
        if (rank < 1 || rank > whole.rank() - column) {
            refuse("does not fit its rank");
        }
        LowRankFactors part = whole;
        part.slice = slice->shortName;
        part.rows = slice->rows;
        part.a = whole.a.narrow(0, column, rank).contiguous();
        part.b = whole.b.narrow(1, column, rank).index_select(0, nn::rowIndices(slice->rows));
        if (whole.magnitude.defined()) {
            part.magnitude = whole.magnitude.index_select(0, nn::rowIndices(slice->rows));
            part.moduleMagnitude = whole.magnitude;
        }
        part.alpha = entry["alpha"].toDouble();
        column += rank;
        scale = std::max(scale, part.scale());
        parts.push_back(std::move(part));
    }
    if (parts.empty()) {
        return {whole};
    }
    if (column != whole.rank() || std::abs(scale - whole.scale()) > 1e-6 * std::abs(scale)) {
        refuse("does not fit its rank and scale");
    }
    for (LowRankFactors& part : parts) {
        if (part.scale() != scale && part.scale() != 0) {
            part.b = part.b * (scale / part.scale());
        }
    }
    return parts;
}

} // namespace

std::vector<Mismatch> findMismatches(const StoredAdapter& adapter, const nn::Blueprint& blueprint)
{
    std::vector<Mismatch> found;
    if (adapter.state.settings.isNull()) {
        checkFactors(adapter, blueprint, found);
        checkParameters(adapter, blueprint, found);
        checkCompleteness(adapter, blueprint, found);
    } else {
        checkMethod(adapter, blueprint, found);
    }
    for (const StoredAdapter& further : adapter.with) {
        const std::vector<Mismatch> theirs = findMismatches(further, blueprint);
        found.insert(found.end(), theirs.begin(), theirs.end());
    }
    return found;
}

methods::AdapterState fitted(const StoredAdapter& adapter, const nn::Blueprint& blueprint)
{
    const std::vector<Mismatch> mismatches = findMismatches(adapter, blueprint);
    if (!mismatches.empty()) {
        throw Failure(code::kIncompatible,
                      "the adapter does not fit the model: " + mismatches.front().message,
                      adapter.baseName.empty() ? "Use the model it was trained on"
                                               : "It was trained on " + adapter.baseName,
                      adapter.path.string());
    }
    methods::AdapterState state = adapter.state;
    state.factors.clear();
    for (const LowRankFactors& stored : adapter.state.factors) {
        const ModuleSpec& module = *moduleNamed(blueprint, stored.module);
        LowRankFactors whole = stored;
        whole.module = module.name;
        whole.isEmbedding = module.kind == ModuleKind::Embedding;
        const Value::List& record = adapter.slices[stored.module].toList();
        for (LowRankFactors& part : divided(whole, record, module)) {
            state.factors.push_back(std::move(part));
        }
    }
    for (ReplacedParameter& parameter : state.replaced) {
        const ModuleSpec& module = *moduleNamed(blueprint, moduleOf(parameter));
        parameter.name = module.name + parameter.name.substr(parameter.name.rfind('.'));
        if (module.kind == ModuleKind::Conv1d && parameter.value.dim() == 2) {
            parameter.value = parameter.value.t();
        }
    }
    if (!state.settings.isNull()) {
        fitMethod(adapter, blueprint, state);
    }
    for (const StoredAdapter& further : adapter.with) {
        state.with.push_back(fitted(further, blueprint));
    }
    return state;
}

} // namespace engine::adapters
