// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/bitsandbytes/packed_files.h"

#include "engine/device/failure.h"
#include "engine/models/bitsandbytes.h"

#include <algorithm>

namespace engine::exporters::bitsandbytes {

namespace {

// The module whose weight the tensor is, when it is one that is packed; else null.
const nn::ModuleSpec* packedModule(const models::ModelFolder& model, const std::string& parameter)
{
    const nn::ModuleSpec* module =
        model.blueprint().find(parameter.substr(0, parameter.rfind('.')));
    return module != nullptr && module->isQuantizable() && parameter == module->weightName()
               ? module
               : nullptr;
}

} // namespace

PackedFiles::PackedFiles(const models::ModelFolder& model,
                         const MergedWeights& merged,
                         models::StoredQuantization form)
    : m_model(model), m_merged(merged), m_form(form)
{
    for (const tensors::TensorSpec& spec : merged.specs()) {
        if (const nn::ModuleSpec* module = packedModule(model, merged.parameterOf(spec))) {
            for (tensors::TensorSpec& part : models::bitsandbytes::specs(
                     {spec.name, module->out, module->in}, form.kind, form.doubleQuant)) {
                m_specs.push_back(std::move(part));
            }
        } else {
            m_specs.push_back(spec);
        }
    }
}

kernels::QuantizedWeight PackedFiles::packed(const nn::ModuleSpec& module,
                                             const tensors::TensorSpec& merged) const
{
    const at::Tensor weight = m_merged.tensor(merged);
    const bool isTransposed = module.kind == nn::ModuleKind::Conv1d;
    return kernels::quantize(isTransposed ? weight.t() : weight, m_form.kind, m_form.doubleQuant);
}

kernels::QuantizedWeight PackedFiles::packed(const nn::ModuleSpec& module) const
{
    const auto& specs = m_merged.specs();
    const auto found = std::find_if(specs.begin(), specs.end(), [&](const auto& spec) {
        return m_merged.parameterOf(spec) == module.weightName();
    });
    return packed(module, *found);
}

at::Tensor PackedFiles::tensor(const tensors::TensorSpec& spec)
{
    const auto named = [&spec](const auto& part) { return part.first == spec.name; };
    if (const auto part = std::find_if(m_parts.begin(), m_parts.end(), named);
        part != m_parts.end()) {
        return part->second;
    }
    const auto& specs = m_merged.specs();
    const auto merged = std::find_if(
        specs.begin(), specs.end(), [&spec](const auto& other) { return other.name == spec.name; });
    if (merged == specs.end()) {
        throw Failure(code::kInternal, spec.name + " was asked for before its weight");
    }
    if (const nn::ModuleSpec* module = packedModule(m_model, m_merged.parameterOf(*merged))) {
        m_parts = models::bitsandbytes::parts(spec.name, packed(*module, *merged));
        return m_parts.front().second;
    }
    return m_merged.tensor(*merged);
}

} // namespace engine::exporters::bitsandbytes
