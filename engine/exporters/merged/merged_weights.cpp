// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/merged/merged_weights.h"

#include "engine/device/dtypes.h"
#include "engine/device/failure.h"
#include "engine/tensors/finite_check.h"

#include <ATen/TensorOperators.h>

#include <set>

namespace engine::exporters::merged {

namespace {

constexpr const char* kHead = "lm_head.weight";

// Whether any adapter changes this parameter.
bool isTouched(const ExportRequest& request, const std::string& parameter)
{
    for (const ScaledAdapter& adapter : request.adapters) {
        for (const methods::LowRankFactors& factors : adapter.state.factors) {
            if (factors.module + ".weight" == parameter) {
                return true;
            }
        }
        for (const methods::ReplacedParameter& replaced : adapter.state.replaced) {
            if (replaced.name == parameter) {
                return true;
            }
        }
    }
    return false;
}

// sum += scale · B A on the rows of the slice, without the product as a tensor of its own.
void addUpdate(at::Tensor& sum, const methods::LowRankFactors& factors, double scale)
{
    const kernels::RowSlice& rows = factors.rows;
    for (int64_t g = 0; g < rows.groups; ++g) {
        at::Tensor part = sum.narrow(0, rows.offset + g * rows.stride, rows.chunk);
        part.addmm_(factors.b.narrow(0, g * rows.chunk, rows.chunk).to(at::kFloat),
                    factors.a.to(at::kFloat),
                    1,
                    factors.scale() * scale);
    }
}

} // namespace

MergedWeights::MergedWeights(const ExportRequest& request) : m_request(request)
{
    const nn::Blueprint& blueprint = request.model.blueprint();
    const std::string embedding = blueprint.modules.front().weightName();
    m_isUntied = blueprint.tiedHead && (isTouched(request, kHead) || isTouched(request, embedding));
    std::set<std::string> wanted;
    for (const std::string& parameter : request.model.parameterNames()) {
        wanted.insert(request.model.storedName(parameter));
    }
    // Shard by shard, so that files are read from front to back.
    for (const tensors::SafetensorsFile& shard : request.model.weights().shards()) {
        for (const bridge::TensorEntry& entry : shard.entries()) {
            if (wanted.contains(entry.name)) {
                const at::ScalarType stored = *device::safetensorsDtype(entry.dtype);
                m_specs.push_back({entry.name, request.dtype.value_or(stored), entry.shape});
            }
        }
    }
    if (m_isUntied) {
        const nn::ModuleSpec& module = blueprint.modules.front();
        m_specs.push_back(
            {kHead, request.dtype.value_or(request.model.storedDtype()), module.storedShape()});
    }
}

std::string MergedWeights::canonicalName(const std::string& stored) const
{
    for (const std::string& parameter : m_request.model.parameterNames()) {
        if (m_request.model.storedName(parameter) == stored) {
            return parameter;
        }
    }
    return stored;
}

at::Tensor MergedWeights::tensor(const tensors::TensorSpec& spec) const
{
    const models::ModelFolder& model = m_request.model;
    const bool isTiedHead = m_isUntied && spec.name == kHead;
    const std::string source =
        isTiedHead ? model.storedName(model.blueprint().modules.front().weightName()) : spec.name;
    const at::Tensor stored = model.weights().tensor(source);
    tensors::requireFinite(stored, source, model.path().string());
    const std::string parameter = canonicalName(spec.name);
    if (!isTouched(m_request, parameter)) {
        return stored.to(spec.dtype).contiguous();
    }
    const at::Tensor result = merged(parameter, stored).to(spec.dtype).contiguous();
    tensors::requireFinite(result, spec.name, m_request.adapters.front().stored.path.string());
    return result;
}

// Updates add up; a replaced parameter counts as W + weight · (W' − W).
at::Tensor MergedWeights::merged(const std::string& parameter, const at::Tensor& stored) const
{
    const nn::ModuleSpec& module =
        *m_request.model.blueprint().find(parameter.substr(0, parameter.rfind('.')));
    const bool isTransposed = module.kind == nn::ModuleKind::Conv1d && stored.dim() == 2;
    const at::Tensor base = isTransposed ? stored.t() : stored;
    // A copy in any case: the stored tensor is the mapped file.
    at::Tensor sum = base.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    for (const ScaledAdapter& adapter : m_request.adapters) {
        for (const methods::ReplacedParameter& replaced : adapter.state.replaced) {
            if (replaced.name == parameter) {
                tensors::requireFinite(replaced.value, parameter, adapter.stored.path.string());
                sum += (replaced.value - base.to(at::kFloat)) * adapter.scale;
            }
        }
        for (const methods::LowRankFactors& factors : adapter.state.factors) {
            if (factors.module + ".weight" == parameter) {
                for (const at::Tensor& factor : {factors.a, factors.b}) {
                    tensors::requireFinite(factor, parameter, adapter.stored.path.string());
                }
                addUpdate(sum, factors, adapter.scale);
            }
        }
    }
    return isTransposed ? sum.t() : sum;
}

} // namespace engine::exporters::merged
