// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/parts_builder.h"

#include <cassert>

namespace engine::models {

PartsBuilder::PartsBuilder(nn::Blueprint blueprint, TensorSource source, QuantizedSource quantized)
    : m_blueprint(std::move(blueprint)), m_source(std::move(source)),
      m_quantized(std::move(quantized))
{
}

std::unique_ptr<nn::Linear> PartsBuilder::linear(const std::string& module) const
{
    const nn::ModuleSpec& entry = spec(module);
    const at::Tensor bias = entry.bias ? m_source(entry.biasName()) : at::Tensor();
    if (m_quantized) {
        if (auto quantized = m_quantized(entry)) {
            return std::make_unique<nn::Linear>(entry, std::move(quantized), bias);
        }
    }
    at::Tensor weight = m_source(entry.weightName());
    if (entry.kind == nn::ModuleKind::Conv1d) {
        weight = weight.t();
    }
    return std::make_unique<nn::Linear>(entry, weight, bias);
}

nn::Norm PartsBuilder::norm(const std::string& module, nn::NormKind kind, double epsilon) const
{
    const nn::ModuleSpec& entry = spec(module);
    const at::Tensor bias = entry.bias ? m_source(entry.biasName()) : at::Tensor();
    return nn::Norm(entry, kind, m_source(entry.weightName()), bias, epsilon);
}

nn::Embedding PartsBuilder::tokenEmbedding(const std::string& module) const
{
    const nn::ModuleSpec& entry = spec(module);
    if (m_quantized) {
        if (auto quantized = m_quantized(entry)) {
            return {std::move(quantized)};
        }
    }
    return {m_source(entry.weightName())};
}

at::Tensor PartsBuilder::positionEmbedding(const std::string& module) const
{
    return m_source(spec(module).weightName());
}

std::unique_ptr<nn::Linear> PartsBuilder::head(const std::string& module,
                                               const nn::Embedding& tokenEmbedding) const
{
    if (!m_blueprint.tiedHead) {
        return linear(module);
    }
    return tokenEmbedding.isQuantized()
               ? std::make_unique<nn::Linear>(
                   spec(module), tokenEmbedding.quantized(), at::Tensor())
               : std::make_unique<nn::Linear>(spec(module), tokenEmbedding.weight(), at::Tensor());
}

const nn::ModuleSpec& PartsBuilder::spec(const std::string& module) const
{
    const nn::ModuleSpec* found = m_blueprint.find(module);
    assert(found != nullptr);
    return *found;
}

} // namespace engine::models
