// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The tiny models as bitsandbytes stores them: the linear layers of their blocks packed.
#pragma once

#include "engine/device/dtypes.h"
#include "engine/models/bitsandbytes.h"
#include "engine/models/stored_quantization.h"
#include "tests/support/tiny_models.h"

namespace tests {

using Quantization = engine::kernels::Quantization;
using Weights = std::map<std::string, Tensor>;

struct Packing
{
    Quantization kind = Quantization::Nf4;
    bool doubleQuant = true;
};

// A row per way to pack; the test fetches it with QFETCH(QString, packing).
inline void addPackingRows()
{
    QTest::addColumn<QString>("packing");
    for (const char* name : {"nf4", "nf4 double", "int8"}) {
        QTest::newRow(name) << name;
    }
}

inline Packing packingNamed(const QString& name)
{
    return {name == QStringLiteral("int8") ? Quantization::Int8 : Quantization::Nf4,
            name == QStringLiteral("nf4 double")};
}

// Whether the parameter is the weight of a linear layer in a block.
inline bool isPackable(const engine::nn::Blueprint& blueprint, const std::string& parameter)
{
    const engine::nn::ModuleSpec* module =
        blueprint.find(parameter.substr(0, parameter.rfind('.')));
    return module != nullptr && module->isLinear() && module->layer >= 0
           && parameter == module->weightName();
}

// Calls change(module, tensor) with every weight that is packed; tensors by their names in the
// file.
template <typename Change>
void forPackable(const TinyModel& model, Weights& weights, Change&& change)
{
    const engine::models::ModelConfig config(model.config, "config.json");
    const engine::models::Family& family = engine::models::familyOf(config);
    const engine::nn::Blueprint blueprint = family.blueprint(config);
    for (const engine::nn::ModuleSpec& module : blueprint.modules) {
        if (isPackable(blueprint, module.weightName())) {
            const std::string name = module.weightName();
            const std::string stored = model.isBare ? name.substr(family.prefix.size()) : name;
            change(module, stored, weights.at(stored));
        }
    }
}

inline engine::kernels::QuantizedWeight
packed(const engine::nn::ModuleSpec& module, const Tensor& weight, Packing packing)
{
    const bool isTransposed = module.kind == engine::nn::ModuleKind::Conv1d;
    return engine::kernels::quantize(
        isTransposed ? weight.t() : weight, packing.kind, packing.doubleQuant);
}

inline Weights packedWeights(const TinyModel& model, Packing packing)
{
    Weights weights = tinyWeights(model);
    Weights result = weights;
    forPackable(model, weights, [&](const auto& module, const auto& stored, const auto& weight) {
        for (const auto& [name, part] :
             engine::models::bitsandbytes::parts(stored, packed(module, weight, packing))) {
            result[name] = part;
        }
    });
    return result;
}

inline Value packedConfig(const TinyModel& model, Packing packing)
{
    return changed(model.config,
                   {{"torch_dtype", engine::device::nameOf(model.stored)},
                    {"quantization_config",
                     engine::models::quantizationConfig({packing.kind, packing.doubleQuant})}});
}

// The folder may go: tensors keep their file mapped.
inline engine::models::ModelFolder openPacked(const TinyModel& model, Packing packing)
{
    const QTemporaryDir folder;
    writeModel(pathOf(folder), packedConfig(model, packing), packedWeights(model, packing));
    return engine::models::ModelFolder::open(pathOf(folder));
}

// The model with the numbers that its packed weights stand for, dense.
inline engine::models::ModelFolder openUnpacked(const TinyModel& model, Packing packing)
{
    Weights weights = tinyWeights(model);
    forPackable(model, weights, [&](const auto& module, const auto&, Tensor& weight) {
        const auto quantised = packed(module, weight, packing);
        const Tensor dense = engine::kernels::dequantize(quantised, quantised.dtype);
        const bool isTransposed = module.kind == engine::nn::ModuleKind::Conv1d;
        weight = (isTransposed ? dense.t() : dense).contiguous();
    });
    const QTemporaryDir folder;
    writeModel(pathOf(folder), model.config, weights);
    return engine::models::ModelFolder::open(pathOf(folder));
}

} // namespace tests
