// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Methods that train a part of the model's own parameters and add nothing: full fine-tuning, its
// last blocks, its biases.
#pragma once

#include "engine/contract/schema.h"
#include "engine/contract/text.h"
#include "engine/device/failure.h"
#include "engine/methods/dropout_field.h"
#include "engine/methods/method.h"
#include "engine/methods/trainable_mask.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::methods {

// Compute thread only. The decoder must outlive it.
class MaskTuning final : public Tuning
{
public:
    //   method  its id, with complete settings
    //   plan    the trained parameters by their stored names
    MaskTuning(std::string_view method,
               contract::Value settings,
               std::vector<nn::TrainableTensor> plan,
               nn::Decoder& decoder);

    nn::ParameterBuffer& parameters() override { return m_buffer; }
    AdapterState state() const override;
    void load(const AdapterState& state) override;

private:
    std::string m_method;
    contract::Value m_settings;
    nn::ParameterBuffer m_buffer;
    TrainableMask m_mask;
};

// These parameters as trainable tensors. Throws Failure(nothing_to_train) when there are none.
std::vector<nn::TrainableTensor> plannedParameters(const std::vector<std::string>& names,
                                                   const nn::Blueprint& blueprint);

// Stored names of the wanted parameters in blueprint order; a tied head is its embedding.
// isWanted(module, whether the bias is asked for).
template <typename Wanted>
std::vector<std::string> parameterNames(const nn::Blueprint& blueprint, Wanted isWanted)
{
    std::vector<std::string> names;
    for (const nn::ModuleSpec& module : blueprint.modules) {
        if (module.outputHead && blueprint.tiedHead) {
            continue;
        }
        if (isWanted(module, false)) {
            names.push_back(module.weightName());
        }
        if (module.bias && isWanted(module, true)) {
            names.push_back(module.biasName());
        }
    }
    return names;
}

// Of a method that is narrowed to blocks.
struct LayeredSettings
{
    contract::Value layers = "all";
    double dropout = 0;
};
contract::Schema<LayeredSettings> layeredSchema(std::string_view layersHelp);

// What such a method has in common. Kind names its id (kId), its Settings, their schema() and the
// parameters it trains: names(settings, blueprint).
template <typename Kind>
struct MaskMethod
{
    static const contract::Schema<typename Kind::Settings>& settingsSchema()
    {
        static const contract::Schema<typename Kind::Settings> schema = Kind::schema();
        return schema;
    }
    static contract::SettingsSchema schema() { return settingsSchema().erased(); }
    static std::vector<nn::TrainableTensor> plan(const contract::Value& settings,
                                                 const nn::Blueprint& blueprint)
    {
        const auto parsed =
            settingsSchema().parse(settings, "method", contract::UnknownKeys::Ignore);
        return plannedParameters(Kind::names(valueOrThrow(parsed), blueprint), blueprint);
    }
    static std::vector<PlannedTarget> targets(const contract::Value&, const nn::Blueprint&)
    {
        return {};
    }
    static std::unique_ptr<Tuning>
    attach(const contract::Value& settings, nn::Decoder& decoder, uint64_t /*seed*/)
    {
        return std::make_unique<MaskTuning>(
            Kind::kId, settings, plan(settings, decoder.blueprint()), decoder);
    }
    static constexpr Method
    method(std::string_view name, std::string_view summary, double learningRate, Approach approach)
    {
        Method method = {Kind::kId, name, summary, schema, plan, targets, attach};
        method.effect = Effect::Replaces;
        method.learningRate = learningRate;
        method.approach = approach;
        return method;
    }
};

} // namespace engine::methods
