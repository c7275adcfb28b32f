// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"
#include "engine/adapters/loaded_adapter.h"
#include "engine/adapters/peft_keys.h"
#include "engine/device/failure.h"
#include "engine/methods/registry.h"
#include "engine/methods/virtual_tokens.h"
#include "engine/models/model_folder.h"
#include "engine/tensors/base_hash.h"
#include "engine/worker/verbs/verbs.h"

#include <ATen/TensorOperators.h>
#include <CLI/CLI.hpp>

#include <cmath>
#include <memory>
#include <optional>

namespace engine::worker::verbs {

namespace {

using contract::Value;

struct Options
{
    std::string adapter;
    std::string model;
};

// ‖s B A‖_F without the product: tr(AᵀBᵀBA) = Σ (BᵀB) ⊙ (AAᵀ).
double deltaNorm(const methods::LowRankFactors& factors)
{
    const at::Tensor a = factors.a.to(at::kDouble);
    const at::Tensor b = factors.b.to(at::kDouble);
    const double squared = (b.t().matmul(b)).mul(a.matmul(a.t())).sum().item<double>();
    return factors.scale() * std::sqrt(std::max(squared, 0.0));
}

// A parameter's numbers, also of a packed one; undefined when the model lacks it. A tied head's are
// the embedding's.
at::Tensor
storedNumbers(const models::ModelFolder& model, const nn::ModuleSpec& module, bool isBias = false)
{
    const nn::Blueprint& blueprint = model.blueprint();
    const bool isShared = module.outputHead && blueprint.tiedHead && !isBias;
    const nn::ModuleSpec& source = isShared ? blueprint.modules.front() : module;
    const std::string parameter = isBias ? source.biasName() : source.weightName();
    return model.storedName(parameter).empty() ? at::Tensor() : model.dense(parameter);
}

// The weight of a module as its updates see it, double [out, in], of an embedding [width, rows];
// undefined when the model is not given or lacks it.
at::Tensor weightOf(const std::string& module, const models::ModelFolder* model)
{
    const nn::ModuleSpec* spec =
        model == nullptr ? nullptr : adapters::moduleNamed(model->blueprint(), module);
    const at::Tensor stored = spec == nullptr ? at::Tensor() : storedNumbers(*model, *spec);
    if (!stored.defined()) {
        return {};
    }
    const at::Tensor weight = stored.to(at::kDouble);
    const bool isTransposed =
        spec->kind == nn::ModuleKind::Conv1d || spec->kind == nn::ModuleKind::Embedding;
    return isTransposed ? weight.t() : weight;
}

Value relativeNorm(std::optional<double> norm, const at::Tensor& base)
{
    const double length = base.defined() ? base.norm().item<double>() : 0;
    return norm && length > 0 ? Value(*norm / length) : Value();
}

// ‖ΔW‖ of a module; with learnt lengths ‖W' − W‖, which only the weight tells.
std::optional<double>
changeNorm(const methods::LowRankFactors& factors, double weight, const at::Tensor& base)
{
    if (!factors.magnitude.defined()) {
        return std::abs(weight) * deltaNorm(factors);
    }
    if (!base.defined() || base.size(0) != factors.b.size(0) || base.size(1) != factors.a.size(1)) {
        return std::nullopt;
    }
    const at::Tensor gain =
        factors.norms(weight).gain(factors.magnitude, base.to(at::kFloat)).to(at::kDouble);
    const at::Tensor delta = factors.b.to(at::kDouble).matmul(factors.a.to(at::kDouble));
    const at::Tensor merged = (base + delta * (weight * factors.scale())) * gain.unsqueeze(1);
    return (merged - base).norm().item<double>();
}

// ‖W' − W‖ / ‖W‖ of a parameter that was trained in place, times the weight; null when the model is
// not given or lacks it.
Value relativeChange(const methods::ReplacedParameter& parameter,
                     double weight,
                     const models::ModelFolder* model)
{
    const std::size_t dot = parameter.name.rfind('.');
    const nn::ModuleSpec* spec =
        model == nullptr ? nullptr
                         : adapters::moduleNamed(model->blueprint(), parameter.name.substr(0, dot));
    if (spec == nullptr) {
        return {};
    }
    const at::Tensor stored = storedNumbers(*model, *spec, parameter.name.ends_with(".bias"));
    if (!stored.defined()) {
        return {};
    }
    const at::Tensor base = stored.to(at::kDouble);
    const double norm = base.norm().item<double>();
    if (norm == 0 || base.sizes() != parameter.value.sizes()) {
        return {};
    }
    const double change = (parameter.value.to(at::kDouble) - base).norm().item<double>();
    return std::abs(weight) * change / norm;
}

// The tensors that are no updates of layers: parameters trained in place, and a method's own.
Value tensorList(const adapters::StoredAdapter& adapter,
                 double weight,
                 const models::ModelFolder* model)
{
    Value list = Value::List();
    const auto add = [&list](const methods::ReplacedParameter& tensor, const Value& relative) {
        list.append(Value::object({{"name", tensor.name},
                                   {"shape", Value::list(tensor.value.sizes().vec())},
                                   {"norm", tensor.value.to(at::kDouble).norm().item<double>()},
                                   {"relative_norm", relative}}));
    };
    for (const methods::ReplacedParameter& replaced : adapter.state.replaced) {
        add(replaced, relativeChange(replaced, weight, model));
    }
    for (const methods::ReplacedParameter& own : adapter.state.own) {
        add(own, Value());
    }
    return list;
}

// What keeps the adapter from the model: its base's hash, then tensor by tensor.
Value problemsOf(const adapters::StoredAdapter& adapter, const models::ModelFolder& model)
{
    Value problems = Value::List();
    const auto add = [&problems](const std::string& tensor, const std::string& message) {
        problems.append(Value::object(
            {{"tensor", tensor}, {"code", code::kIncompatible}, {"message", message}}));
    };
    for (const adapters::Mismatch& mismatch :
         adapters::findMismatches(adapter, model.blueprint())) {
        add(mismatch.tensor, mismatch.message);
    }
    if (!adapter.baseSha256.empty() && adapter.baseSha256 != tensors::baseHash(model.weights())) {
        add("", "the adapter was trained on other weights than these (" + adapter.baseName + ")");
    }
    return problems;
}

// ‖W ⊙ f − W‖ of rows or columns of a module's weight.
double scaledNorm(const methods::ModuleScale& scale, const models::ModelFolder& model)
{
    const nn::ModuleSpec& module = *model.blueprint().find(scale.module);
    at::Tensor weight = storedNumbers(model, module).to(at::kFloat);
    weight = module.kind == nn::ModuleKind::Conv1d ? weight.t() : weight;
    return (scale.scaled(weight, 1) - weight).to(at::kDouble).norm().item<double>();
}

Value scaledModule(const methods::ModuleScale& scale,
                   double weight,
                   const models::ModelFolder& model)
{
    const double norm = std::abs(weight) * scaledNorm(scale, model);
    return Value::object({{"name", scale.module},
                          {"rank", Value()},
                          {"scale", weight},
                          {"norm", norm},
                          {"relative_norm", relativeNorm(norm, weightOf(scale.module, &model))}});
}

// Of a method whose updates follow from tensors of its own and from the model: that has to be
// there.
methods::AdapterState stateOf(const adapters::StoredAdapter& adapter,
                              const models::ModelFolder* model)
{
    const bool isDerived = methods::findMethod(adapter.state.method)->derive != nullptr;
    return isDerived && model != nullptr
                   && adapters::findMismatches(adapter, model->blueprint()).empty()
               ? adapters::fitted(adapter, model->blueprint())
               : adapter.state;
}

Value describe(const adapters::StoredAdapter& adapter,
               double weight,
               const models::ModelFolder* model)
{
    const methods::Method* method = methods::findMethod(adapter.state.method);
    if (method != nullptr && method->virtualTokens != nullptr) {
        methods::requireUnscaled(weight);
    }
    Value modules = Value::List();
    const methods::AdapterState state = stateOf(adapter, model);
    for (const methods::ModuleScale& scale : state.scales) {
        modules.append(scaledModule(scale, weight, *model));
    }
    for (const methods::LowRankFactors& factors : state.factors) {
        const at::Tensor base = weightOf(factors.module, model);
        const std::optional<double> norm = changeNorm(factors, weight, base);
        modules.append(Value::object({{"name", factors.module},
                                      {"rank", factors.rank()},
                                      {"scale", weight * factors.scale()},
                                      {"dora", factors.magnitude.defined()},
                                      {"norm", norm ? Value(*norm) : Value()},
                                      {"relative_norm", relativeNorm(norm, base)}}));
    }
    Value further = Value::List();
    for (const adapters::StoredAdapter& other : adapter.with) {
        further.append(describe(other, weight, model));
    }
    const Value problems = model == nullptr ? Value(Value::List()) : problemsOf(adapter, *model);
    return Value::object(
        {{"method", adapter.state.method},
         {"format", adapter.format},
         {"modules", modules},
         {"tensors", tensorList(adapter, weight, model)},
         {"with", further},
         {"parameters", adapter.parameters()},
         {"base",
          Value::object({{"name", adapter.baseName},
                         {"sha256", adapter.baseSha256},
                         {"quantization", adapters::quantizationValue(adapter.baseQuantization)}})},
         {"compatible", model == nullptr ? Value() : Value(problems.toList().empty())},
         {"problems", problems}});
}

std::string baseText(const adapters::StoredAdapter& adapter)
{
    if (adapter.baseName.empty()) {
        return "not recorded";
    }
    return adapter.baseName
           + (adapter.baseQuantization.isPacked()
                  ? ", held in " + adapters::describe(adapter.baseQuantization)
                  : "");
}

void print(const Value& adapter, Output& output)
{
    for (const Value& module : adapter["modules"].toList()) {
        const Value& norm = module["norm"];
        const Value& rank = module["rank"];
        output.line("  " + module["name"].toString()
                    + (rank.isNull() ? "" : "  rank " + toJson(rank)) + "  scale "
                    + brief(module["scale"].toDouble()) + (module["dora"].toBool() ? "  DoRA" : "")
                    + "  ‖ΔW‖ " + (norm.isNull() ? "with --model" : brief(norm.toDouble())));
    }
    for (const Value& tensor : adapter["tensors"].toList()) {
        output.line("  " + tensor["name"].toString() + "  " + toJson(tensor["shape"]) + "  norm "
                    + brief(tensor["norm"].toDouble()));
    }
    for (const Value& further : adapter["with"].toList()) {
        output.line("together with " + further["method"].toString());
        print(further, output);
    }
}

} // namespace

Action inspectAdapter(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("adapter,--adapter",
                   options->adapter,
                   "Adapter folder or loralib checkpoint, or with a weight: folder:scale")
        ->required();
    app.add_option("--model", options->model, "Model folder: checks the fit tensor by tensor");
    return [options](const CommonOptions&, Output& output) {
        const adapters::AdapterArgument argument = adapters::parseAdapterArgument(options->adapter);
        const adapters::StoredAdapter adapter = adapters::readAdapter(argument.path);
        std::optional<models::ModelFolder> model;
        if (!options->model.empty()) {
            model = models::ModelFolder::open(options->model);
        }
        const Value value = describe(adapter, argument.scale, model ? &*model : nullptr);
        output.value(value);
        output.facts({{"method", adapter.state.method},
                      {"parameters", grouped(adapter.parameters())},
                      {"base", baseText(adapter)}});
        print(value, output);
        for (const Value& problem : value["problems"].toList()) {
            output.line("problem: " + problem["message"].toString());
        }
        return value["compatible"].toBool(true)
                   ? 0
                   : static_cast<int>(contract::ExitCode::Incompatible);
    };
}

} // namespace engine::worker::verbs
