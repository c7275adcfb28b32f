// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/adapters/loaded_adapter.h"

#include "engine/adapters/embedding_update.h"
#include "engine/device/failure.h"
#include "engine/device/path_number.h"
#include "engine/methods/dora_adapter.h"
#include "engine/methods/low_rank_adapter.h"
#include "engine/methods/module_scaling.h"
#include "engine/methods/registry.h"
#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/lerp.h>
#include <unordered_map>

namespace engine::adapters {

LoadedAdapter::LoadedAdapter(nn::Decoder& decoder, const methods::AdapterState& state, double scale)
    : m_decoder(decoder), m_isNested(methods::hasNestedRanks(state))
{
    // First: one that cannot be applied leaves nothing attached.
    requireDense(state);
    for (const methods::AdapterState& further : state.with) {
        m_with.push_back(std::make_unique<LoadedAdapter>(decoder, further, scale));
    }
    std::unordered_map<std::string_view, nn::Linear*> layers; // one look at the model for all
    for (nn::Linear* layer : m_decoder.linears()) {
        layers.emplace(layer->spec().name, layer);
    }
    m_updates.reserve(state.factors.size());
    for (const methods::LowRankFactors& factors : state.factors) {
        if (factors.isEmbedding) {
            m_embeddings.push_back(embeddingUpdate(m_decoder, factors, scale));
            if (auto* low = dynamic_cast<methods::LowRankEmbedding*>(m_embeddings.back().get())) {
                m_ranks.add(*low, factors, scale);
            }
            m_decoder.attach(factors.module, m_embeddings.back().get());
        } else {
            attachUpdate(*layers.at(factors.module), factors, scale);
        }
    }
    if (!state.replaced.empty()) {
        replaceParameters(state, scale);
    }
    for (const methods::ModuleScale& factors : state.scales) {
        scaleModule(*layers.at(factors.module), factors, scale);
    }
    if (!state.own.empty() && !state.isDerived) {
        m_own = methods::findMethod(state.method)->apply(state, decoder, scale);
    }
}

void LoadedAdapter::requireDense(const methods::AdapterState& state) const
{
    for (const methods::ReplacedParameter& replaced : state.replaced) {
        for (const nn::ModuleSpec* module : m_decoder.quantizedModules()) {
            if (replaced.name == module->weightName()) {
                const std::string option =
                    module->holdsVocabulary() ? "--quantize-embeddings" : "--quantization";
                throw Failure(code::kUnsupported,
                              "the adapter replaces " + replaced.name
                                  + ", which a quantised base does not hold as numbers",
                              module->holdsVocabulary() ? "Use it without " + option
                                                        : "Use it with " + option + " none",
                              option);
            }
        }
    }
}

void LoadedAdapter::scaleModule(nn::Linear& layer,
                                const methods::ModuleScale& factors,
                                double scale)
{
    methods::ModuleScale here = factors;
    here.factors = factors.factors.to(m_decoder.device());
    if (layer.isQuantized()) {
        const at::Tensor strength = (here.factors - 1) * scale + 1;
        std::unique_ptr<nn::Adapter> scaling;
        if (here.isOfInputs) {
            scaling = std::make_unique<methods::InputScale>(strength);
        } else {
            scaling = std::make_unique<methods::OutputScale>(strength, here.rows);
        }
        layer.attach(scaling.get());
        m_updates.emplace_back(&layer, std::move(scaling));
        return;
    }
    for (at::Tensor* parameter : {&layer.weight(), &layer.bias()}) {
        if (parameter->defined()) {
            m_replaced.emplace_back(parameter, *parameter);
            *parameter = here.scaled(*parameter, scale).to(m_decoder.dtype());
        }
    }
}

void LoadedAdapter::attachUpdate(nn::Linear& layer,
                                 const methods::LowRankFactors& factors,
                                 double scale)
{
    kernels::LowRank update = factors.update(m_decoder.device(), scale);
    if (factors.magnitude.defined()) {
        const at::Tensor magnitude = factors.magnitude.to(m_decoder.device());
        m_updates.emplace_back(&layer,
                               std::make_unique<methods::DoraAdapter>(
                                   factors.module, layer, std::move(update), magnitude));
    } else {
        auto low = std::make_unique<methods::LowRankAdapter>(factors.module, std::move(update));
        m_ranks.add(*low, factors, scale);
        m_updates.emplace_back(&layer, std::move(low));
    }
    layer.attach(m_updates.back().second.get());
    if (factors.bias.defined()) {
        m_replaced.emplace_back(&layer.bias(), layer.bias());
        const at::Tensor added = factors.bias.to(m_decoder.device()) * (factors.scale() * scale);
        layer.bias() = layer.bias().defined() ? layer.bias().to(at::kFloat) + added : added;
    }
}

void LoadedAdapter::replaceParameters(const methods::AdapterState& state, double scale)
{
    std::map<std::string, nn::Parameter> parameters;
    for (const nn::Parameter& parameter : m_decoder.parameters()) {
        parameters[parameter.name] = parameter;
    }
    // A tied head is no parameter of its own, but an adapter can part it from the embedding.
    nn::Linear* head = m_decoder.linears().back();
    const std::string headName = head->spec().weightName();
    parameters.try_emplace(headName, nn::Parameter{headName, &head->spec(), &head->weight()});
    for (const methods::ReplacedParameter& replaced : state.replaced) {
        const nn::Parameter& parameter = parameters.at(replaced.name);
        replace(*parameter.tensor, replaced.value, scale);
        if (state.isHeadTied && parameter.tiedTensor != nullptr) {
            replace(*parameter.tiedTensor, replaced.value, scale);
        }
    }
}

void LoadedAdapter::replace(at::Tensor& tensor, const at::Tensor& value, double scale)
{
    m_replaced.emplace_back(&tensor, tensor);
    tensor =
        at::lerp(tensor.to(at::kFloat), value.to(tensor.device()), scale).to(m_decoder.dtype());
}

LoadedAdapter::~LoadedAdapter()
{
    for (const auto& [layer, update] : m_updates) {
        layer->detach(update.get());
    }
    for (const auto& embedding : m_embeddings) {
        m_decoder.detach(embedding.get());
    }
    for (auto replaced = m_replaced.rbegin(); replaced != m_replaced.rend(); ++replaced) {
        *replaced->first = replaced->second;
    }
    while (!m_with.empty()) {
        m_with.pop_back(); // each puts back what it found
    }
}

methods::NestedRanks* LoadedAdapter::nestedRanks()
{
    if (m_isNested) {
        return &m_ranks;
    }
    for (const std::unique_ptr<LoadedAdapter>& further : m_with) {
        if (methods::NestedRanks* const ranks = further->nestedRanks()) {
            return ranks;
        }
    }
    return nullptr;
}

AdapterArgument parseAdapterArgument(const std::string& text)
{
    const device::PathNumber split = device::splitPathNumber(text);
    return {split.path, split.number.value_or(1)};
}

} // namespace engine::adapters
