// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/ia3/ia3.h"

#include "engine/methods/attached_adapters.h"
#include "engine/methods/dropout_field.h"
#include "engine/methods/ia3/ia3_peft.h"
#include "engine/methods/ia3/ia3_plan.h"
#include "engine/methods/initial_values.h"
#include "engine/methods/module_scaling.h"
#include "engine/methods/own_tensors.h"

namespace engine::methods::ia3 {

namespace {

using contract::Value;

struct Ia3
{
    static constexpr std::string_view kId = "ia3";

    using Settings = Ia3Settings;

    static contract::Schema<Settings> schema() { return ia3Schema(); }

    static std::vector<nn::TrainableTensor> plan(const Settings& settings,
                                                 const nn::Blueprint& blueprint)
    {
        std::vector<nn::TrainableTensor> tensors;
        for (const Slot& slot : slotsOf(settings, blueprint)) {
            tensors.push_back(slot.tensor());
        }
        return tensors;
    }

    // PEFT's: 1, from which training starts as the base model, or N(0, 1).
    static void initialise(nn::ParameterBuffer& buffer,
                           const Settings& settings,
                           const nn::Decoder&,
                           uint64_t seed)
    {
        for (std::size_t i = 0; i < buffer.size(); ++i) {
            if (settings.initIa3Weights) {
                buffer.leaf(i).detach().fill_(1);
            } else {
                fillNormal(buffer.leaf(i), 1, seed, buffer.tensors()[i].name);
            }
        }
    }

    static std::unique_ptr<Applied> apply(const Settings& settings,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double /*scale*/)
    {
        auto applied = std::make_unique<AttachedAdapters>();
        std::size_t i = 0;
        for (const Slot& slot : slotsOf(settings, decoder.blueprint())) {
            const at::Tensor& factors = tensors[i++];
            nn::Linear& layer = *decoder.linear(slot.target.module->name);
            if (slot.isOfInputs) {
                applied->attach(layer, std::make_unique<InputScale>(factors));
            } else {
                applied->attach(layer, std::make_unique<OutputScale>(factors, rowsOf(slot.target)));
            }
        }
        return applied;
    }

    static void derive(AdapterState& state, const nn::Blueprint& blueprint)
    {
        const Settings settings = OwnTensorsMethod<Ia3>::parsed(state.settings);
        for (const Slot& slot : slotsOf(settings, blueprint)) {
            ModuleScale scale;
            scale.module = slot.target.module->name;
            scale.slice = sliceOf(slot.target);
            scale.rows = rowsOf(slot.target);
            scale.factors = findTensor(state.own, slot.tensor().name)->flatten();
            scale.isOfInputs = slot.isOfInputs;
            state.scales.push_back(std::move(scale));
        }
        state.isDerived = true;
    }
};

constexpr Method ia3Method()
{
    Method method = OwnTensorsMethod<Ia3>::method(
        "IA³",
        LS_TEXT("Scales keys, values and the middle of the MLP by trained vectors"),
        Approach::Updates);
    method.learningRate = 3e-3;
    method.effect = Effect::Scales;
    method.apply = nullptr;
    method.derive = Ia3::derive;
    method.peft = &kPeft;
    method.paper = "Liu et al. 2022";
    return method;
}

} // namespace

contract::Schema<Ia3Settings> ia3Schema()
{
    contract::Schema<Ia3Settings> s;
    addTargets(s,
               LS_TEXT("auto: what PEFT takes for the model's family (keys or queries, values and "
                       "the last layer of the MLP). Or all-linear, a list of names or short "
                       "names, or a regular expression."));
    s.targets("feedforward_modules", &Ia3Settings::feedforwardModules)
        .advanced()
        .label(LS_TEXT("Modules scaled at their input"))
        .help(LS_TEXT("auto: the last layers of the MLPs among the targets. All other targets are "
                      "scaled at their output."));
    s.boolean("init_ia3_weights", &Ia3Settings::initIa3Weights)
        .advanced()
        .label(LS_TEXT("Start from the base model"))
        .help(LS_TEXT("Vectors begin at 1, which changes nothing; otherwise at random numbers."));
    addNoDropout(s, &Ia3Settings::dropout);
    return s;
}

const Method kIa3 = ia3Method();

} // namespace engine::methods::ia3
