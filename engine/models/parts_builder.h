// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Makes nn parts from a blueprint and the weights that a family asks for by module name.
#pragma once

#include "engine/nn/blueprint.h"
#include "engine/nn/embedding.h"
#include "engine/nn/linear.h"
#include "engine/nn/norm.h"

#include <functional>
#include <memory>
#include <string>

namespace engine::models {

class PartsBuilder
{
public:
    // A parameter by its canonical name ("model.norm.weight"), as stored, in the compute dtype.
    using TensorSource = std::function<at::Tensor(const std::string& name)>;
    // The weight [out, in] of a linear module or the token embedding; null: it is dense.
    using QuantizedSource = std::function<std::shared_ptr<const kernels::QuantizedWeight>(
        const nn::ModuleSpec& module)>;

    PartsBuilder(nn::Blueprint blueprint, TensorSource source, QuantizedSource quantized = {});

    const nn::Blueprint& blueprint() const { return m_blueprint; }

    std::unique_ptr<nn::Linear> linear(const std::string& module) const;
    nn::Norm norm(const std::string& module, nn::NormKind kind, double epsilon) const;
    nn::Embedding tokenEmbedding(const std::string& module) const;
    at::Tensor positionEmbedding(const std::string& module) const;
    // The output head; with a tied head it shares `tokenEmbedding`.
    std::unique_ptr<nn::Linear> head(const std::string& module,
                                     const nn::Embedding& tokenEmbedding) const;

private:
    const nn::ModuleSpec& spec(const std::string& module) const;

    nn::Blueprint m_blueprint;
    TensorSource m_source;
    QuantizedSource m_quantized;
};

} // namespace engine::models
