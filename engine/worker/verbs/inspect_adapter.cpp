// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/adapter_folder.h"
#include "engine/device/failure.h"
#include "engine/models/model_folder.h"
#include "engine/worker/verbs/verbs.h"

#include <ATen/TensorOperators.h>

#include <cmath>
#include <memory>

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

// ‖ΔW‖ / ‖W‖ of a module; null when the model is not given or lacks it.
Value relativeNorm(double norm, const std::string& module, const models::ModelFolder* model)
{
    const std::string stored = model == nullptr ? "" : model->storedName(module + ".weight");
    if (stored.empty()) {
        return {};
    }
    const double base = model->weights().tensor(stored).to(at::kDouble).norm().item<double>();
    return base > 0 ? Value(norm / base) : Value();
}

Value describe(const adapters::StoredAdapter& adapter, const models::ModelFolder* model)
{
    Value modules = Value::List();
    for (const methods::LowRankFactors& factors : adapter.state.factors) {
        const double norm = deltaNorm(factors);
        Value entry = Value::object({{"name", factors.module},
                                     {"rank", factors.rank()},
                                     {"scale", factors.scale()},
                                     {"norm", norm},
                                     {"relative_norm", relativeNorm(norm, factors.module, model)}});
        modules.append(entry);
    }
    Value problems = Value::List();
    if (model != nullptr) {
        for (const adapters::Mismatch& mismatch :
             adapters::findMismatches(adapter, model->blueprint())) {
            problems.append(Value::object({{"tensor", mismatch.tensor},
                                           {"code", code::kIncompatible},
                                           {"message", mismatch.message}}));
        }
    }
    return Value::object(
        {{"method", adapter.state.method},
         {"modules", modules},
         {"parameters", adapter.state.parameters()},
         {"base", Value::object({{"name", adapter.baseName}, {"sha256", adapter.baseSha256}})},
         {"compatible", model == nullptr ? Value() : Value(problems.toList().empty())},
         {"problems", problems}});
}

} // namespace

Action inspectAdapter(CLI::App& app)
{
    auto options = std::make_shared<Options>();
    app.add_option("adapter,--adapter", options->adapter, "Adapter folder")->required();
    app.add_option("--model", options->model, "Model folder: checks the fit tensor by tensor");
    return [options](const CommonOptions&, Output& output) {
        const adapters::StoredAdapter adapter = adapters::readAdapter(options->adapter);
        std::optional<models::ModelFolder> model;
        if (!options->model.empty()) {
            model = models::ModelFolder::open(options->model);
        }
        const Value value = describe(adapter, model ? &*model : nullptr);
        output.value(value);
        output.facts({{"method", adapter.state.method},
                      {"parameters", grouped(adapter.state.parameters())},
                      {"base", adapter.baseName.empty() ? "not recorded" : adapter.baseName}});
        for (const Value& module : value["modules"].toList()) {
            output.line("  " + module["name"].toString() + "  rank " + toJson(module["rank"])
                        + "  scale " + brief(module["scale"].toDouble()) + "  ‖ΔW‖ "
                        + brief(module["norm"].toDouble()));
        }
        for (const Value& problem : value["problems"].toList()) {
            output.line("problem: " + problem["message"].toString());
        }
        return value["compatible"].toBool(true)
                   ? 0
                   : static_cast<int>(contract::ExitCode::Incompatible);
    };
}

} // namespace engine::worker::verbs
