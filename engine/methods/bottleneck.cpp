// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/bottleneck.h"

#include "engine/device/seeds.h"
#include "engine/kernels/activation.h"
#include "engine/methods/initial_values.h"
#include "engine/methods/input_dropout.h"
#include "engine/methods/module_pattern.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>

#include <array>

namespace engine::methods {

namespace {

constexpr double kNormEpsilon = 1e-5;

struct NamedActivation
{
    std::string_view name;
    kernels::Activation kind;
};
constexpr std::array kActivations = {NamedActivation{"relu", kernels::Activation::Relu},
                                     NamedActivation{"silu", kernels::Activation::Silu},
                                     NamedActivation{"gelu", kernels::Activation::GeluErf},
                                     NamedActivation{"tanh", kernels::Activation::Tanh}};

// The tensors of one site, in the order of its plan.
enum Part : std::size_t { kNorm, kNormBias, kDown, kDownBias, kUp, kUpBias, kParts };

struct Place
{
    int64_t layer;
    nn::Site site;
    std::string name; // "transformer.h.0.attention_adapter"
};

// "transformer.h.0" of block 0.
std::string blockName(const nn::Blueprint& blueprint, int64_t layer)
{
    const auto module = std::find_if(blueprint.modules.begin(),
                                     blueprint.modules.end(),
                                     [&](const auto& other) { return other.layer == layer; });
    const std::string index = std::string(".").append(std::to_string(layer)).append(".");
    return module->name.substr(0, module->name.find(index) + index.size() - 1);
}

std::vector<Place> placesOf(const BottleneckLayout& layout,
                            const BottleneckSettings& settings,
                            const nn::Blueprint& blueprint)
{
    requireLayers(settings.layers, blueprint, "method.layers");
    std::vector<Place> places;
    for (int64_t layer = 0; layer < blueprint.layers; ++layer) {
        nn::ModuleSpec inLayer;
        inLayer.layer = layer;
        for (const nn::Site site : layout.sites) {
            if (isInLayers(inLayer, settings.layers)) {
                const bool isAttention = site == nn::Site::AttentionOutput;
                places.push_back({layer,
                                  site,
                                  blockName(blueprint, layer)
                                      + (isAttention ? ".attention_adapter" : ".mlp_adapter")});
            }
        }
    }
    return places;
}

// output + scale · up(activation(down(dropout(input)))).
class Bottleneck final : public nn::SiteModule
{
public:
    Bottleneck(std::string name,
               std::array<at::Tensor, kParts> weights,
               const BottleneckLayout& layout,
               const BottleneckSettings& settings,
               double scale)
        : m_name(std::move(name)), m_weights(std::move(weights)), m_input(layout.input),
          m_dropout(settings.dropout), m_scale(scale)
    {
        for (const NamedActivation& activation : kActivations) {
            m_activation = activation.name == settings.activation ? activation.kind : m_activation;
        }
    }

    at::Tensor forward(const at::Tensor& output,
                       const at::Tensor& residual,
                       const nn::Pass& pass) const override
    {
        const at::Tensor x = dropped(input(output, residual), m_dropout, m_name, pass);
        const auto weight = [&](Part part) { return m_weights[part].to(x.scalar_type()); };
        const at::Tensor inner =
            kernels::activate(at::linear(x, weight(kDown), weight(kDownBias)), m_activation);
        const at::Tensor update = at::linear(inner, weight(kUp), weight(kUpBias));
        return output + (m_scale == 1 ? update : update * m_scale);
    }

    std::optional<nn::BottleneckForm> bottleneck(const nn::Pass& pass) const override
    {
        return nn::BottleneckForm{m_input != BottleneckInput::Output,
                                  m_weights[kNorm],
                                  m_weights[kNormBias],
                                  kNormEpsilon,
                                  m_weights[kDown],
                                  m_weights[kDownBias],
                                  m_weights[kUp],
                                  m_weights[kUpBias],
                                  m_activation,
                                  m_scale,
                                  pass.training ? m_dropout : 0,
                                  device::derivedSeed(pass.seed, m_name)};
    }

private:
    at::Tensor input(const at::Tensor& output, const at::Tensor& residual) const
    {
        if (m_input == BottleneckInput::Output) {
            return output;
        }
        const at::Tensor stream = output + residual;
        if (m_input == BottleneckInput::Stream) {
            return stream;
        }
        return at::layer_norm(stream,
                              {stream.size(-1)},
                              m_weights[kNorm].to(stream.scalar_type()),
                              m_weights[kNormBias].to(stream.scalar_type()),
                              kNormEpsilon);
    }

    std::string m_name;
    std::array<at::Tensor, kParts> m_weights;
    BottleneckInput m_input;
    kernels::Activation m_activation = kernels::Activation::Relu;
    double m_dropout;
    double m_scale;
};

class AppliedBottlenecks final : public Applied
{
public:
    explicit AppliedBottlenecks(nn::Decoder& decoder) : m_decoder(decoder) {}
    AppliedBottlenecks(const AppliedBottlenecks&) = delete;
    AppliedBottlenecks& operator=(const AppliedBottlenecks&) = delete;
    ~AppliedBottlenecks() override
    {
        for (const auto& [place, module] : m_modules) {
            m_decoder.block(place.layer).detach(place.site, module.get());
        }
    }

    void add(const Place& place, std::unique_ptr<Bottleneck> module)
    {
        m_decoder.block(place.layer).attach(place.site, module.get());
        m_modules.emplace_back(place, std::move(module));
    }

private:
    nn::Decoder& m_decoder;
    std::vector<std::pair<Place, std::unique_ptr<Bottleneck>>> m_modules;
};

bool hasNorm(const BottleneckLayout& layout)
{
    return layout.input == BottleneckInput::NormedStream;
}

} // namespace

std::vector<std::string> bottleneckActivations()
{
    std::vector<std::string> names;
    for (const NamedActivation& activation : kActivations) {
        names.emplace_back(activation.name);
    }
    return names;
}

std::vector<nn::TrainableTensor> bottleneckPlan(const BottleneckLayout& layout,
                                                const BottleneckSettings& settings,
                                                const nn::Blueprint& blueprint)
{
    const int64_t hidden = blueprint.hiddenSize;
    const int64_t inner = settings.bottleneck;
    std::vector<nn::TrainableTensor> tensors;
    for (const Place& place : placesOf(layout, settings, blueprint)) {
        if (hasNorm(layout)) {
            tensors.push_back({place.name + ".norm.weight", {hidden}, 1, false});
            tensors.push_back({place.name + ".norm.bias", {hidden}, 1, false});
        }
        tensors.push_back({place.name + ".down.weight", {inner, hidden}, 1, true});
        tensors.push_back({place.name + ".down.bias", {inner}, 1, false});
        tensors.push_back({place.name + ".up.weight", {hidden, inner}, 1, true});
        tensors.push_back({place.name + ".up.bias", {hidden}, 1, false});
    }
    return tensors;
}

void initialiseBottlenecks(nn::ParameterBuffer& buffer, uint64_t seed)
{
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        const std::string& name = buffer.tensors()[i].name;
        if (name.ends_with(".norm.weight")) {
            buffer.leaf(i).detach().fill_(1);
        } else if (name.ends_with(".down.weight")) {
            fillUniform(buffer.leaf(i), seed, name);
        }
    }
}

std::unique_ptr<Applied> applyBottlenecks(const BottleneckLayout& layout,
                                          const BottleneckSettings& settings,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale)
{
    auto applied = std::make_unique<AppliedBottlenecks>(decoder);
    const std::size_t first = hasNorm(layout) ? kNorm : kDown;
    std::size_t next = 0;
    for (const Place& place : placesOf(layout, settings, decoder.blueprint())) {
        std::array<at::Tensor, kParts> weights;
        for (std::size_t part = first; part < kParts; ++part) {
            weights[part] = tensors[next++];
        }
        applied->add(
            place,
            std::make_unique<Bottleneck>(place.name, std::move(weights), layout, settings, scale));
    }
    return applied;
}

} // namespace engine::methods
