// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged_weights.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/nn/row_slices.h"
#include "engine/tensors/finite_check.h"
#include "engine/tensors/mapped_pages.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace engine::exporters {

namespace {

// Whether the update touches the parameter: its weight, or the bias of B.
bool touches(const methods::LowRankFactors& factors, const std::string& parameter)
{
    return factors.module + ".weight" == parameter
           || (factors.bias.defined() && factors.module + ".bias" == parameter);
}

bool touches(const methods::ModuleScale& scale, const std::string& parameter)
{
    return scale.module + ".weight" == parameter
           || (!scale.isOfInputs && scale.module + ".bias" == parameter);
}

// Whether the replaced parameter stands for this one: also for a head tied to it, where the method
// trained both as one.
bool stands(const ScaledAdapter& adapter,
            const methods::ReplacedParameter& replaced,
            const std::string& parameter,
            const nn::Blueprint& blueprint)
{
    return replaced.name == parameter
           || (adapter.state.isHeadTied && blueprint.tiedHead
               && replaced.name == blueprint.modules.front().weightName()
               && parameter == blueprint.modules.back().weightName());
}

// Whether the adapter changes this parameter.
bool isTouched(const ScaledAdapter& adapter,
               const std::string& parameter,
               const nn::Blueprint& blueprint)
{
    const auto& [factors, replaced] = std::tie(adapter.state.factors, adapter.state.replaced);
    const auto& scales = adapter.state.scales;
    return std::any_of(factors.begin(),
                       factors.end(),
                       [&](const auto& update) { return touches(update, parameter); })
           || std::any_of(scales.begin(),
                          scales.end(),
                          [&](const auto& scale) { return touches(scale, parameter); })
           || std::any_of(replaced.begin(), replaced.end(), [&](const auto& other) {
                  return stands(adapter, other, parameter, blueprint);
              });
}

bool isTouched(const ExportRequest& request, const std::string& parameter)
{
    return std::any_of(
        request.adapters.begin(), request.adapters.end(), [&](const ScaledAdapter& adapter) {
            return isTouched(adapter, parameter, request.model.blueprint());
        });
}

// Whether any adapter parts a tied head from its embedding.
bool untiesHead(const ExportRequest& request)
{
    const nn::Blueprint& blueprint = request.model.blueprint();
    return blueprint.tiedHead
           && std::any_of(
               request.adapters.begin(), request.adapters.end(), [&](const ScaledAdapter& adapter) {
                   return !adapter.state.isHeadTied
                          && (isTouched(adapter, blueprint.modules.front().weightName(), blueprint)
                              || isTouched(
                                  adapter, blueprint.modules.back().weightName(), blueprint));
               });
}

// scale · B A on the rows of its slice, times their gain where there is one; of a stored matrix
// that is transposed (Conv1D), on its columns.
void appendUpdate(std::vector<kernels::RectangleUpdate>& updates,
                  const methods::LowRankFactors& factors,
                  double scale,
                  const at::Tensor& gain,
                  bool isTransposed)
{
    const kernels::RowSlice& rows = factors.rows;
    const at::Tensor a = factors.a.to(at::kFloat);
    at::Tensor b = factors.b.to(at::kFloat) * (factors.scale() * scale);
    if (gain.defined()) {
        b = b * gain.unsqueeze(1);
    }
    for (int64_t g = 0; g < rows.groups; ++g) {
        const int64_t first = rows.offset + g * rows.stride;
        const at::Tensor part = b.narrow(0, g * rows.chunk, rows.chunk);
        if (isTransposed) {
            updates.push_back({0, first, a.t().contiguous(), part.t().contiguous()});
        } else {
            updates.push_back({first, 0, part.contiguous(), a.contiguous()});
        }
    }
}

} // namespace

MergedWeights::MergedWeights(const ExportRequest& request)
    : m_request(request), m_base(request),
      m_head(request.model.blueprint().modules.back().weightName())
{
    const models::ModelFolder& model = request.model;
    const nn::Blueprint& blueprint = model.blueprint();
    requireBiases();
    m_isUntied = untiesHead(request);
    std::map<std::string, std::string> parameters; // by the names in the file
    for (const std::string& parameter : model.parameterNames()) {
        parameters[model.storedName(parameter)] = parameter;
    }
    // Files are read from front to back.
    for (const std::string& name : model.weights().namesInFileOrder()) {
        if (const auto found = parameters.find(name); found != parameters.end()) {
            const std::string& parameter = found->second;
            m_parameters[name] = parameter;
            m_specs.push_back(
                {name, request.dtype.value_or(m_base.dtype(parameter)), model.shapeOf(parameter)});
        }
    }
    if (m_isUntied) {
        const nn::ModuleSpec& module = blueprint.modules.front();
        m_specs.push_back(
            {m_head, request.dtype.value_or(model.storedDtype()), module.storedShape()});
    }
}

std::string MergedWeights::parameterOf(const tensors::TensorSpec& spec) const
{
    const auto found = m_parameters.find(spec.name);
    return found == m_parameters.end() ? spec.name : found->second;
}

std::string MergedWeights::sourceOf(const tensors::TensorSpec& spec) const
{
    const bool isTiedHead = m_isUntied && spec.name == m_head;
    return isTiedHead ? m_request.model.blueprint().modules.front().weightName()
                      : parameterOf(spec);
}

std::vector<std::string_view> MergedWeights::storedParts() const
{
    std::vector<std::string_view> parts;
    for (const tensors::TensorSpec& spec : m_specs) {
        for (const std::string_view part : m_request.model.storedParts(sourceOf(spec))) {
            parts.push_back(part);
        }
    }
    return parts;
}

at::Tensor MergedWeights::tensor(const tensors::TensorSpec& spec) const
{
    const models::ModelFolder& model = m_request.model;
    const std::string source = sourceOf(spec);
    const std::string storedName = model.storedName(source);
    const at::Tensor stored = m_base.tensor(source);
    const std::string parameter = parameterOf(spec);
    if (!isTouched(m_request, parameter)) {
        tensors::requireFinite(stored, storedName, model.path().string());
        return stored.to(spec.dtype).contiguous();
    }
    at::Tensor base = withReplacements(parameter, stored);
    const std::vector<kernels::RectangleUpdate> updates = updatesOf(parameter, base);
    at::Tensor result = at::empty(stored.sizes(), stored.options().dtype(spec.dtype));
    at::Tensor rows = result.view({-1, result.size(-1)});
    if (!kernels::addUpdates(base.view(rows.sizes()), updates, rows)) {
        requireFiniteInputs(parameter, stored, storedName);
        tensors::requireFinite(result, spec.name, m_request.adapters.front().stored.path.string());
    }
    // What was read is not needed again, what is to be written is held by the result.
    for (const std::string_view part : model.storedParts(source)) {
        tensors::letGoOfPages(part.data(), part.size());
    }
    return result;
}

bool MergedWeights::isStoredTransposed(const std::string& parameter) const
{
    const nn::ModuleSpec& module =
        *m_request.model.blueprint().find(parameter.substr(0, parameter.rfind('.')));
    return module.kind == nn::ModuleKind::Conv1d && parameter.ends_with(".weight");
}

void MergedWeights::requireBiases() const
{
    for (const ScaledAdapter& adapter : m_request.adapters) {
        for (const methods::LowRankFactors& factors : adapter.state.factors) {
            if (factors.bias.defined() && !m_request.model.blueprint().find(factors.module)->bias) {
                throw Failure(code::kIncompatible,
                              factors.module
                                  + ": the adapter's lora_B has a bias and the model's "
                                    "layer has none to merge it into",
                              "Use the adapter unmerged (--format peft)",
                              adapter.stored.path.string());
            }
        }
    }
}

// A replaced parameter counts as W + weight · (W' − W), the bias of B as itself times its scale, a
// factor f of rows or columns as 1 + weight · (f − 1).
at::Tensor MergedWeights::withReplacements(const std::string& parameter,
                                           const at::Tensor& stored) const
{
    at::Tensor sum = stored;
    for (const ScaledAdapter& adapter : m_request.adapters) {
        for (const methods::ReplacedParameter& replaced : adapter.state.replaced) {
            if (stands(adapter, replaced, parameter, m_request.model.blueprint())) {
                const at::Tensor value =
                    isStoredTransposed(parameter) ? replaced.value.t() : replaced.value;
                sum = sum.to(at::kFloat) + (value - stored.to(at::kFloat)) * adapter.scale;
            }
        }
        for (const methods::LowRankFactors& factors : adapter.state.factors) {
            if (factors.bias.defined() && factors.module + ".bias" == parameter) {
                sum = sum.to(at::kFloat) + factors.bias * (factors.scale() * adapter.scale);
            }
        }
        for (const methods::ModuleScale& scale : adapter.state.scales) {
            if (touches(scale, parameter)) {
                sum = isStoredTransposed(parameter) ? scale.scaled(sum.t(), adapter.scale).t()
                                                    : scale.scaled(sum, adapter.scale);
            }
        }
    }
    return sum.contiguous();
}

// Every adapter adds what it changes in the base: of DoRA (g − 1) W + g · scale · B A.
std::vector<kernels::RectangleUpdate> MergedWeights::updatesOf(const std::string& parameter,
                                                               at::Tensor& base) const
{
    std::vector<kernels::RectangleUpdate> updates;
    at::Tensor lengths; // what W is multiplied with, by row
    bool isTransposed = false;
    for (const ScaledAdapter& adapter : m_request.adapters) {
        for (const methods::LowRankFactors& factors : adapter.state.factors) {
            if (factors.module + ".weight" == parameter) {
                isTransposed = factors.isEmbedding || isStoredTransposed(parameter);
                const at::Tensor weight = isTransposed ? base.t() : base;
                at::Tensor gain;
                if (factors.magnitude.defined()) {
                    gain = factors.norms(adapter.scale).gain(factors.magnitude, weight);
                    lengths = lengths.defined() ? lengths : at::ones({weight.size(0)}, at::kFloat);
                    lengths.index_add_(0, nn::rowIndices(factors.rows), gain - 1);
                }
                appendUpdate(updates, factors, adapter.scale, gain, isTransposed);
            }
        }
    }
    if (lengths.defined()) {
        base = base.to(at::kFloat) * (isTransposed ? lengths : lengths.unsqueeze(1));
    }
    return updates;
}

void MergedWeights::requireFiniteInputs(const std::string& parameter,
                                        const at::Tensor& stored,
                                        const std::string& source) const
{
    tensors::requireFinite(stored, source, m_request.model.path().string());
    for (const ScaledAdapter& adapter : m_request.adapters) {
        const std::string where = adapter.stored.path.string();
        for (const methods::ReplacedParameter& replaced : adapter.state.replaced) {
            if (stands(adapter, replaced, parameter, m_request.model.blueprint())) {
                tensors::requireFinite(replaced.value, parameter, where);
            }
        }
        for (const methods::ModuleScale& scale : adapter.state.scales) {
            if (touches(scale, parameter)) {
                tensors::requireFinite(scale.factors, parameter, where);
            }
        }
        for (const methods::LowRankFactors& factors : adapter.state.factors) {
            if (touches(factors, parameter)) {
                for (const at::Tensor& factor :
                     {factors.a, factors.b, factors.bias, factors.magnitude}) {
                    if (factor.defined()) {
                        tensors::requireFinite(factor, parameter, where);
                    }
                }
            }
        }
    }
}

} // namespace engine::exporters
