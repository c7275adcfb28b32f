// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/mask_tuning.h"

#include "engine/device/failure.h"

namespace engine::methods {

namespace {

std::vector<std::string> namesOf(const std::vector<nn::TrainableTensor>& tensors)
{
    std::vector<std::string> names;
    for (const nn::TrainableTensor& tensor : tensors) {
        names.push_back(tensor.name);
    }
    return names;
}

} // namespace

MaskTuning::MaskTuning(std::string_view method,
                       contract::Value settings,
                       std::vector<nn::TrainableTensor> plan,
                       nn::Decoder& decoder)
    : m_method(method), m_settings(std::move(settings)),
      m_buffer(std::move(plan), decoder.device()),
      m_mask(decoder, namesOf(m_buffer.tensors()), m_buffer, 0, TrainableMask::TiedHead::Follows)
{
}

AdapterState MaskTuning::state() const
{
    AdapterState state;
    state.method = m_method;
    state.settings = m_settings;
    state.isHeadTied = true;
    state.replaced = m_mask.values();
    return state;
}

void MaskTuning::load(const AdapterState& state)
{
    if (!state.factors.empty()) {
        refuseStart(state.factors.front().module, false);
    }
    m_mask.load(state.replaced);
}

contract::Schema<LayeredSettings> layeredSchema(std::string_view layersHelp)
{
    contract::Schema<LayeredSettings> s;
    s.layers("layers", &LayeredSettings::layers)
        .advanced()
        .label(LS_TEXT("Layers"))
        .help(layersHelp);
    addNoDropout(s, &LayeredSettings::dropout);
    return s;
}

std::vector<nn::TrainableTensor> plannedParameters(const std::vector<std::string>& names,
                                                   const nn::Blueprint& blueprint)
{
    if (names.empty()) {
        throw Failure(code::kNothingToTrain,
                      "the model has no parameter that this method trains",
                      "Choose another method; models of the Llama kind, for one, have no biases",
                      "method.id");
    }
    std::vector<nn::TrainableTensor> tensors;
    for (const std::string& name : names) {
        tensors.push_back(trainableParameter(name, blueprint));
    }
    return tensors;
}

} // namespace engine::methods
