// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Methods that add tensors of their own to the model, at sites or as virtual tokens: training holds
// them in a buffer and applies them; a saved adapter holds them by the names of the plan.
#pragma once

#include "engine/contract/schema.h"
#include "engine/device/failure.h"
#include "engine/methods/method.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::methods {

// Compute thread only. The decoder must outlive it.
class OwnTensorsTuning final : public Tuning
{
public:
    // apply(tensors in the order of the plan) puts them to work.
    using Apply = std::function<std::unique_ptr<Applied>(const std::vector<at::Tensor>& tensors)>;
    // completed(state): what follows from its own tensors; may be empty.
    using Complete = std::function<void(AdapterState& state)>;
    // `start`: the buffer with its initial values. `state`: of the adapter, without own tensors;
    // what `apply` uses of its frozen ones is there the same storage.
    OwnTensorsTuning(AdapterState state,
                     nn::ParameterBuffer start,
                     const Apply& apply,
                     Complete complete = {});

    nn::ParameterBuffer& parameters() override { return m_buffer; }
    AdapterState state() const override;
    void load(const AdapterState& state) override;

private:
    AdapterState m_state;
    nn::ParameterBuffer m_buffer;
    std::unique_ptr<Applied> m_applied;
    Complete m_complete;
};

// The tensor of that name; null when there is none.
const at::Tensor* findTensor(const std::vector<ReplacedParameter>& tensors,
                             const std::string& name);

// Fills the buffer from the state's own tensors. Throws Failure(incompatible) naming the first
// difference.
void loadOwn(nn::ParameterBuffer& buffer, const AdapterState& state);

// The tensors of a state in the order of the plan, on the decoder's device. The state must fit
// (adapters::fitted).
std::vector<at::Tensor> ownTensors(const AdapterState& state,
                                   const std::vector<nn::TrainableTensor>& plan,
                                   const nn::Decoder& decoder);

// What such a method has in common. Kind names its id (kId), its Settings, their schema(), and:
// plan(settings, blueprint), initialise(buffer, settings, decoder, seed), apply(settings, decoder,
// tensors, scale).
template <typename Kind>
struct OwnTensorsMethod
{
    using Settings = typename Kind::Settings;

    static const contract::Schema<Settings>& settingsSchema()
    {
        static const contract::Schema<Settings> schema = Kind::schema();
        return schema;
    }
    static Settings parsed(const contract::Value& settings)
    {
        return valueOrThrow(
            settingsSchema().parse(settings, "method", contract::UnknownKeys::Ignore));
    }
    static contract::SettingsSchema schema() { return settingsSchema().erased(); }
    static std::vector<nn::TrainableTensor> plan(const contract::Value& settings,
                                                 const nn::Blueprint& blueprint)
    {
        return Kind::plan(parsed(settings), blueprint);
    }
    static std::vector<PlannedTarget> targets(const contract::Value&, const nn::Blueprint&)
    {
        return {};
    }
    static std::unique_ptr<Tuning>
    attach(const contract::Value& settings, nn::Decoder& decoder, uint64_t seed)
    {
        const Settings own = parsed(settings);
        AdapterState state;
        state.method = Kind::kId;
        state.settings = settings;
        nn::ParameterBuffer buffer(Kind::plan(own, decoder.blueprint()), decoder.device());
        Kind::initialise(buffer, own, decoder, seed);
        OwnTensorsTuning::Complete complete;
        if constexpr (requires { Kind::derive(state, decoder.blueprint()); }) {
            complete = [&decoder](AdapterState& trained) {
                Kind::derive(trained, decoder.blueprint());
            };
        }
        return std::make_unique<OwnTensorsTuning>(
            std::move(state),
            std::move(buffer),
            [&](const std::vector<at::Tensor>& tensors) {
                return Kind::apply(own, decoder, tensors, 1);
            },
            std::move(complete));
    }
    static std::unique_ptr<Applied>
    apply(const AdapterState& state, nn::Decoder& decoder, double scale)
    {
        const Settings own = parsed(state.settings);
        return Kind::apply(
            own, decoder, ownTensors(state, Kind::plan(own, decoder.blueprint()), decoder), scale);
    }
    static constexpr Method
    method(std::string_view name, std::string_view summary, Approach approach)
    {
        Method method = {Kind::kId, name, summary, schema, plan, targets, attach};
        method.effect = Effect::Adds;
        method.apply = apply;
        method.approach = approach;
        return method;
    }
};

} // namespace engine::methods
