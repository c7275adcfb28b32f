// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Bottleneck adapters: two small layers with a non-linearity between them at block sites. What the
// layouts H (Houlsby et al. 2019), L (Lin et al. 2020) and P (Pfeiffer et al. 2021) of Hu et al.
// 2021, section 5.1, have in common; each is a folder that says where they sit and what they read.
#pragma once

#include "engine/contract/text.h"
#include "engine/methods/dropout_field.h"
#include "engine/methods/own_tensors.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine::methods {

// What the first of the two layers reads.
enum class BottleneckInput {
    Output,      // what the sub-layer gave
    Stream,      // that and the residual, as they will be added
    NormedStream // the same after a LayerNorm, which is trained too
};

struct BottleneckSettings
{
    int64_t bottleneck = 64;
    std::string activation;
    contract::Value layers = "all";
    double dropout = 0;
};

struct BottleneckLayout
{
    std::vector<nn::Site> sites; // in every block
    BottleneckInput input;
    std::string_view activation; // by default
};

std::vector<std::string> bottleneckActivations();

template <typename Settings>
contract::Schema<Settings> bottleneckSchema()
{
    contract::Schema<Settings> s;
    s.integer("bottleneck", &Settings::bottleneck)
        .range(1, 65536)
        .label(LS_TEXT("Bottleneck"))
        .help(LS_TEXT("Inner size of each adapter. More can learn more and costs time and memory "
                      "in proportion, in training and in use."));
    s.choice("activation", &Settings::activation, bottleneckActivations())
        .advanced()
        .label(LS_TEXT("Activation"))
        .help(LS_TEXT("The non-linearity between the two layers of an adapter."));
    addDropout(s, &Settings::dropout);
    s.layers("layers", &Settings::layers)
        .advanced()
        .label(LS_TEXT("Layers"))
        .help(LS_TEXT("all, or a list of block indices: AdapterDrop leaves out the first ones."));
    return s;
}

// Trained tensors in the order of the forward pass: "transformer.h.0.attention_adapter.down.weight"
// [bottleneck, hidden], …. Per site 2 · bottleneck · hidden + bottleneck + hidden numbers, and
// 2 · hidden of a LayerNorm.
std::vector<nn::TrainableTensor> bottleneckPlan(const BottleneckLayout& layout,
                                                const BottleneckSettings& settings,
                                                const nn::Blueprint& blueprint);

// `tensors` in the order of the plan.
std::unique_ptr<Applied> applyBottlenecks(const BottleneckLayout& layout,
                                          const BottleneckSettings& settings,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale);

// down ~ U(−1/√inputs, 1/√inputs), up and biases 0, LayerNorm 1 and 0: starts from the base model.
void initialiseBottlenecks(nn::ParameterBuffer& buffer, uint64_t seed);

// What OwnTensorsMethod needs; Layout has kId and a layout().
template <typename Layout>
struct BottleneckKind
{
    struct Settings : BottleneckSettings
    {
        Settings() { activation = Layout::layout().activation; }
    };
    static constexpr std::string_view kId = Layout::kId;
    static contract::Schema<Settings> schema() { return bottleneckSchema<Settings>(); }
    static std::vector<nn::TrainableTensor> plan(const Settings& settings,
                                                 const nn::Blueprint& blueprint)
    {
        return bottleneckPlan(Layout::layout(), settings, blueprint);
    }
    static void
    initialise(nn::ParameterBuffer& buffer, const Settings&, const nn::Decoder&, uint64_t seed)
    {
        initialiseBottlenecks(buffer, seed);
    }
    static std::unique_ptr<Applied> apply(const Settings& settings,
                                          nn::Decoder& decoder,
                                          const std::vector<at::Tensor>& tensors,
                                          double scale)
    {
        return applyBottlenecks(Layout::layout(), settings, decoder, tensors, scale);
    }
};

} // namespace engine::methods
