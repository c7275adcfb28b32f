// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Tiny models with a tuning method attached, and what tests of methods and adapters ask of them.
#pragma once

#include "engine/methods/registry.h"
#include "engine/nn/row_slices.h"
#include "tests/support/tiny_models.h"

#include <ATen/TensorOperators.h>

namespace tests {

// The method's defaults with these changes, complete.
inline Value settingsOf(const engine::methods::Method& method,
                        const std::vector<Value::Member>& changes = {})
{
    const Value object = changed(Value(Value::Object()), changes);
    return engine::valueOrThrow(method.schema().complete(object, "method"));
}

// Moves every trained number, as training would.
inline void disturb(engine::methods::Tuning& tuning)
{
    Tensor& values = tuning.parameters().values();
    values.add_(numbers({values.numel()}, 77).mul(0.1));
}

// What LoRA with these settings has after some training; the decoder is as before.
inline engine::methods::AdapterState trainedLora(engine::nn::Decoder& decoder,
                                                 const std::vector<Value::Member>& changes)
{
    const engine::methods::Method& lora = *engine::methods::findMethod("lora");
    const auto tuning = lora.attach(settingsOf(lora, changes), decoder, 5);
    disturb(*tuning);
    return tuning->state();
}

// The rows brought to these lengths; as they are where there are none.
inline Tensor ofLengths(const Tensor& rows, const Tensor& lengths)
{
    return lengths.defined() ? rows / rows.square().sum(1, true).sqrt() * lengths.unsqueeze(1)
                             : rows;
}

// Writes the state into the decoder's own weights: W + ΔW, with DoRA of its lengths, in float32, W
// the replaced one where there is one.
inline void merge(engine::nn::Decoder& decoder, const engine::methods::AdapterState& state)
{
    for (const engine::nn::Parameter& parameter : decoder.parameters()) {
        for (const engine::methods::ReplacedParameter& replaced : state.replaced) {
            if (replaced.name == parameter.name) {
                *parameter.tensor = replaced.value;
                if (parameter.tiedTensor != nullptr && state.isHeadTied) {
                    *parameter.tiedTensor = replaced.value;
                }
            }
        }
    }
    for (const engine::methods::ModuleScale& scale : state.scales) {
        engine::nn::Linear& layer = *decoder.linear(scale.module);
        layer.weight() = scale.scaled(layer.weight(), 1);
        if (layer.bias().defined()) {
            layer.bias() = scale.scaled(layer.bias(), 1);
        }
    }
    for (const engine::methods::LowRankFactors& factors : state.factors) {
        if (factors.isEmbedding) {
            for (const engine::nn::Parameter& parameter : decoder.parameters()) {
                if (parameter.name == factors.module + ".weight") {
                    const Tensor sum = *parameter.tensor + factors.delta();
                    *parameter.tensor = ofLengths(sum.t(), factors.magnitude).t().contiguous();
                }
            }
            continue;
        }
        Tensor& weight = decoder.linear(factors.module)->weight();
        const Tensor rows = engine::nn::rowIndices(factors.rows);
        const Tensor sum = weight.index_select(0, rows) + factors.delta();
        weight = weight.clone().index_copy(0, rows, ofLengths(sum, factors.magnitude));
    }
}

// An empty text, or the first thing in which two states differ by a bit.
inline QString stateDifference(const engine::methods::AdapterState& x,
                               const engine::methods::AdapterState& y)
{
    if (x.method != y.method || x.bias != y.bias || x.modulesToSave != y.modulesToSave
        || x.dropout != y.dropout || x.factors.size() != y.factors.size()
        || x.replaced.size() != y.replaced.size() || x.own.size() != y.own.size()
        || x.frozen.size() != y.frozen.size() || x.scales.size() != y.scales.size()
        || x.settings != y.settings || x.isHeadTied != y.isHeadTied) {
        return QStringLiteral("other settings or sizes");
    }
    std::map<std::string, const engine::methods::LowRankFactors*> factors;
    for (const auto& other : y.factors) {
        factors[other.module + "." + other.slice] = &other;
    }
    for (const auto& one : x.factors) {
        const auto* other = factors[one.module + "." + one.slice];
        if (other == nullptr || !at::equal(one.a, other->a) || !at::equal(one.b, other->b)
            || one.magnitude.defined() != other->magnitude.defined()
            || (one.magnitude.defined() && !at::equal(one.magnitude, other->magnitude))
            || one.alpha != other->alpha || one.usesRslora != other->usesRslora
            || one.isEmbedding != other->isEmbedding || one.rows.offset != other->rows.offset
            || one.rows.rows() != other->rows.rows()) {
            return QString::fromStdString(one.module + " " + one.slice);
        }
    }
    std::map<std::string, Tensor> others;
    for (const auto* tensors : {&y.replaced, &y.own, &y.frozen}) {
        for (const auto& other : *tensors) {
            others[other.name] = other.value;
        }
    }
    for (const auto* tensors : {&x.replaced, &x.own, &x.frozen}) {
        for (const auto& one : *tensors) {
            if (!others[one.name].defined() || !at::equal(one.value, others[one.name])) {
                return QString::fromStdString(one.name);
            }
        }
    }
    return {};
}

} // namespace tests
