// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Blocks of Llama's and GPT-2's shape with random weights, dense or quantised, low-rank updates on
// any of their layers and bottleneck adapters at any of their sites.
#pragma once

#include "engine/kernels/activation.h"
#include "engine/kernels/dropout.h"
#include "engine/kernels/quantized_weight.h"
#include "engine/methods/dora_adapter.h"
#include "engine/methods/module_scaling.h"
#include "engine/nn/block_stack.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>

#include <cmath>
#include <set>

namespace tests {

using namespace engine;
using namespace engine::nn;

class TestAdapter final : public Adapter
{
public:
    explicit TestAdapter(kernels::LowRank update) : m_update(std::move(update)) {}

    std::optional<kernels::LowRank> lowRank(const Pass& pass) const override
    {
        kernels::LowRank update = m_update;
        update.dropout = pass.training ? update.dropout : 0;
        update.seed += pass.seed;
        return update;
    }
    at::Tensor forward(const at::Tensor&, const at::Tensor& base, const Pass&) const override
    {
        return base;
    }
    const kernels::LowRank& update() const { return m_update; }

private:
    kernels::LowRank m_update;
};

// output + scale · up(activation(down(dropout(x)))) with its tensors as they are.
class TestBottleneck final : public SiteModule
{
public:
    explicit TestBottleneck(BottleneckForm form) : m_form(std::move(form)) {}

    at::Tensor
    forward(const at::Tensor& output, const at::Tensor& residual, const Pass& pass) const override
    {
        at::Tensor x = m_form.readsStream ? output + residual : output;
        const at::ScalarType type = x.scalar_type();
        if (m_form.normWeight.defined()) {
            x = at::layer_norm(x,
                               {x.size(-1)},
                               m_form.normWeight.to(type),
                               m_form.normBias.to(type),
                               m_form.normEpsilon);
        }
        const BottleneckForm form = *bottleneck(pass);
        if (form.dropout > 0) {
            x = x * kernels::counterDropout(at::ones_like(x), form.dropout, form.seed);
        }
        const at::Tensor inner = kernels::activate(
            at::linear(x, form.down.to(type), form.downBias.to(type)), form.activation);
        return output + at::linear(inner, form.up.to(type), form.upBias.to(type)) * form.scale;
    }
    std::optional<BottleneckForm> bottleneck(const Pass& pass) const override
    {
        BottleneckForm form = m_form;
        form.dropout = pass.training ? form.dropout : 0;
        form.seed += pass.seed;
        return form;
    }

private:
    BottleneckForm m_form;
};

// Keys and values of the first rows of every sequence.
struct GivenTokens final : VirtualTokens
{
    int64_t count() const override { return rows.size(0); }
    std::pair<at::Tensor, at::Tensor> prefix(int64_t layer) const override
    {
        const at::Tensor both = rows.select(1, layer);
        return {both.select(1, 0), both.select(1, 1)};
    }

    at::Tensor rows; // [count, blocks, 2, kvHeads, headDim]
};

// Bottleneck adapters as a shape has them.
struct Sites
{
    bool atAttention = false;
    bool atMlp = false;
    bool readsStream = false;
    bool hasNorm = false;
    int64_t inner = 12;
    double dropout = 0;
    kernels::Activation activation = kernels::Activation::Relu;
};

struct Shape
{
    int64_t hidden = 64, heads = 8, kvHeads = 4, headDim = 8, inner = 172;
    bool isGpt2 = false;
    bool hasBias = false;
    bool hasHeadNorms = false;
    bool joinsGate = false;
    bool hasOutputNorms = false;
    bool isOffset = false;      // norms 1 + w
    double scoreScale = 0;      // 0: the usual one
    double softCap = 0;         // of the scores; 0: none
    int64_t window = 0;         // of every other block; 0: none
    bool isTwiceRotary = false; // every other block turns by other frequencies
    int64_t blocks = 2;
    int64_t given = 0; // rows of every sequence whose keys and values are trained
    kernels::Activation activation = kernels::Activation::Silu;
    kernels::Quantization quantization = kernels::Quantization::None;
    Sites sites = {};
    bool hasFactors = false;   // of k's and v's outputs, or a fused layer's; of down's inputs
    bool trainsBiases = false; // of all layers, and of the norms before sub-layers
    std::vector<std::size_t> trained = {}; // layers of a block, in its order, whose weights are
    bool trainsNorms = false;
    bool isParallel = false; // sub-layers, and q, k and v head by head: GPT-NeoX
    bool isByHead = false;
};

inline Shape neoxShape()
{
    return {.hidden = 60,
            .heads = 5,
            .kvHeads = 5,
            .headDim = 12,
            .inner = 240,
            .isGpt2 = true,
            .hasBias = true,
            .activation = kernels::Activation::GeluErf,
            .isParallel = true,
            .isByHead = true};
}

inline Shape gpt2Shape()
{
    return {.hidden = 60,
            .heads = 6,
            .kvHeads = 6,
            .headDim = 10,
            .inner = 240,
            .isGpt2 = true,
            .hasBias = true,
            .activation = kernels::Activation::GeluTanh};
}

// Mixed: trained, those of k and up without the dropout of the others. Lengths: all set lengths;
// SomeLengths: every other one; SparedLengths: likewise, and without the dropout of the others.
enum class Updates { Trained, Mixed, Scaled, Both, Lengths, SomeLengths, SparedLengths };

// Which layers carry updates: names of q k v o gate up down, or slices of GPT-2's fused layer.
struct Model
{
    Shape shape;
    at::ScalarType dtype;
    std::unique_ptr<Rotary> rotary, otherRotary;
    std::vector<Block> blocks;
    std::vector<std::unique_ptr<Adapter>> adapters;
    std::vector<std::unique_ptr<TestBottleneck>> bottlenecks;
    std::vector<at::Tensor>
        parameters; // of each block's adapters and sites, its biases; then given
    GivenTokens given;
    PackedWeights packed;
    Threads threads;
    std::unique_ptr<BlockStack> stack;

    Updates kind;
    // Of scaled updates; a layer takes their first columns and rows.
    at::Tensor sharedA = at::randn({19, 256}).mul_(0.1);
    at::Tensor sharedB = at::randn({256, 19}).mul_(0.1);

    Model(Shape shape,
          at::ScalarType dtype,
          const std::set<std::string>& targets,
          double dropout,
          Updates kind = Updates::Trained)
        : shape(shape), dtype(dtype), kind(kind)
    {
        const int64_t half = shape.headDim / 2;
        rotary = std::make_unique<Rotary>(
            at::pow(at::ones({half}, at::kFloat).mul_(100), at::arange(half).mul(-1.0 / half)),
            512);
        otherRotary = std::make_unique<Rotary>(
            at::pow(at::ones({half}, at::kFloat).mul_(7), at::arange(half).mul(-1.0 / half)), 512);
        for (int64_t i = 0; i < shape.blocks; ++i) {
            addBlock(targets, dropout);
        }
        stack = std::make_unique<BlockStack>(blocks, packed, threads);
        if (shape.given > 0) {
            given.rows = at::randn({shape.given, shape.blocks, 2, shape.kvHeads, shape.headDim})
                             .set_requires_grad(true);
            parameters.push_back(given.rows);
        }
    }

    // Of sequences of these lengths, and the given rows before each.
    Pass pass(std::vector<int64_t> lengths) const
    {
        std::vector<int64_t> places;
        int64_t row = 0;
        for (int64_t& length : lengths) {
            length += shape.given;
            for (int64_t i = 0; i < shape.given; ++i) {
                places.push_back(row + i);
            }
            row += length;
        }
        Pass pass = packedPass(lengths);
        if (shape.given > 0) {
            pass.virtualTokens = &given;
            pass.virtualRows = at::tensor(places, at::kLong);
        }
        return pass;
    }

private:
    void addBlock(const std::set<std::string>& targets, double dropout)
    {
        const double spared = kind == Updates::Mixed ? 0 : dropout;
        const int64_t queries = shape.heads * shape.headDim;
        const int64_t keys = shape.kvHeads * shape.headDim;
        std::vector<std::unique_ptr<Linear>> inputs;
        if (shape.isGpt2) {
            inputs.push_back(linear(queries + 2 * keys, shape.hidden));
            const std::array<int64_t, 4> bounds = {0, queries, queries + keys, queries + 2 * keys};
            const std::array<const char*, 3> names = {"q", "k", "v"};
            for (std::size_t i = 0; i < names.size(); ++i) {
                if (targets.contains(names[i])) {
                    const int64_t dim = shape.headDim;
                    const auto part = static_cast<int64_t>(i);
                    adapt(*inputs[0],
                          shape.isByHead
                              ? kernels::RowSlice{part * dim, dim, 3 * dim, shape.heads}
                              : kernels::RowSlice::plain(bounds[i], bounds[i + 1] - bounds[i]),
                          dropout);
                }
            }
            if (targets.contains("interleaved")) {
                adapt(*inputs[0], {1, 2, shape.headDim, shape.heads}, dropout);
            }
        } else {
            inputs.push_back(target("q", queries, shape.hidden, targets, dropout));
            inputs.push_back(target("k", keys, shape.hidden, targets, spared));
            inputs.push_back(target("v", keys, shape.hidden, targets, dropout));
        }
        auto output = target("o", shape.hidden, queries, targets, dropout);
        const bool hasGate = !shape.isGpt2 && !shape.joinsGate;
        auto gate = hasGate ? target("gate", shape.inner, shape.hidden, targets, dropout) : nullptr;
        const int64_t ups = shape.joinsGate ? 2 * shape.inner : shape.inner;
        auto up = target("up", ups, shape.hidden, targets, spared);
        auto down = target("down", shape.hidden, shape.inner, targets, dropout);
        const bool isOther = shape.isTwiceRotary && blocks.size() % 2 == 1;
        const bool isRotary = !shape.isGpt2 || shape.isByHead;
        AttentionForm form{isRotary ? (isOther ? otherRotary : rotary).get() : nullptr};
        form.scale = shape.scoreScale;
        form.softCap = shape.softCap;
        form.window = blocks.size() % 2 == 0 ? shape.window : 0;
        form.order = shape.isByHead ? FusedOrder::ByHead : FusedOrder::ByPart;
        if (shape.hasHeadNorms) {
            form.queryNorm = norm(shape.headDim);
            form.keyNorm = norm(shape.headDim);
        }
        blocks.emplace_back(norm(shape.hidden),
                            Attention({shape.heads, shape.kvHeads, shape.headDim},
                                      std::move(inputs),
                                      std::move(output),
                                      std::move(form)),
                            norm(shape.hidden),
                            Mlp(std::move(gate),
                                std::move(up),
                                std::move(down),
                                shape.activation,
                                shape.joinsGate ? MlpInput::Fused : MlpInput::Separate),
                            blockForm());
        if (shape.hasFactors) {
            addFactors(blocks.back());
        }
        addSites(blocks.back());
        if (shape.trainsBiases) {
            trainBiases(blocks.back());
        }
        const std::vector<Linear*> layers = blocks.back().linears();
        for (const std::size_t layer : shape.trained) {
            train(layers[layer]->weight());
        }
        if (shape.trainsNorms) {
            for (Norm* norm : blocks.back().norms()) {
                train(norm->weight());
                train(norm->bias());
            }
        }
    }

    void addFactors(Block& block)
    {
        const auto trained = [this](at::IntArrayRef sizes) {
            const at::Tensor tensor = at::randn(sizes).mul_(0.3).add_(1).set_requires_grad(true);
            parameters.push_back(tensor);
            return tensor;
        };
        const auto attach = [this](Linear& layer, std::unique_ptr<Adapter> adapter) {
            layer.attach(adapter.get());
            adapters.push_back(std::move(adapter));
        };
        const std::vector<Linear*> layers = block.linears();
        if (shape.isGpt2) {
            const kernels::RowSlice rows{1, 2, shape.headDim, 2 * shape.heads};
            attach(*layers[0],
                   std::make_unique<methods::OutputScale>(trained({rows.rows(), 1}), rows));
        } else {
            for (const std::size_t i : {1, 2}) {
                const int64_t rows = layers[i]->spec().out;
                attach(*layers[i],
                       std::make_unique<methods::OutputScale>(trained({rows, 1}),
                                                              kernels::RowSlice::plain(0, rows)));
            }
        }
        attach(*layers.back(), std::make_unique<methods::InputScale>(trained({1, shape.inner})));
    }

    void addSites(Block& block)
    {
        const Sites& sites = shape.sites;
        const std::array<std::pair<Site, bool>, 2> all = {
            {{Site::AttentionOutput, sites.atAttention}, {Site::MlpOutput, sites.atMlp}}};
        for (const auto& [site, isThere] : all) {
            if (!isThere) {
                continue;
            }
            const auto trained = [this](at::IntArrayRef sizes, double spread, double middle) {
                const at::Tensor tensor = at::randn(sizes).mul_(spread).add_(middle);
                parameters.push_back(tensor.set_requires_grad(true));
                return tensor;
            };
            BottleneckForm form;
            form.readsStream = sites.readsStream;
            if (sites.hasNorm) {
                form.normWeight = trained({shape.hidden}, 0.2, 1);
                form.normBias = trained({shape.hidden}, 0.2, 0);
                form.normEpsilon = 1e-5;
            }
            form.down = trained({sites.inner, shape.hidden}, 0.15, 0);
            form.downBias = trained({sites.inner}, 0.5, 0);
            form.up = trained({shape.hidden, sites.inner}, 0.15, 0);
            form.upBias = trained({shape.hidden}, 0.5, 0);
            form.activation = sites.activation;
            form.scale = 0.7;
            form.dropout = sites.dropout;
            form.seed = 31 * bottlenecks.size();
            bottlenecks.push_back(std::make_unique<TestBottleneck>(std::move(form)));
            block.attach(site, bottlenecks.back().get());
        }
    }

    void train(at::Tensor& numbers)
    {
        if (numbers.defined()) {
            numbers = numbers.to(at::kFloat).contiguous().clone().set_requires_grad(true);
            parameters.push_back(numbers);
        }
    }

    void trainBiases(Block& block)
    {
        for (Linear* layer : block.linears()) {
            train(layer->bias());
        }
        const std::vector<Norm*> norms = block.norms();
        train(norms[0]->bias());
        train(norms[1]->bias());
    }

    BlockForm blockForm() const
    {
        BlockForm form;
        form.isParallel = shape.isParallel;
        if (shape.hasOutputNorms) {
            form.attentionOutputNorm = norm(shape.hidden);
            form.mlpOutputNorm = norm(shape.hidden);
        }
        return form;
    }

    Norm norm(int64_t width) const
    {
        if (shape.isOffset) {
            const at::Tensor offset = at::randn({width}).mul_(0.2).to(dtype);
            return {{}, NormKind::OffsetRms, offset, at::Tensor(), 1e-5};
        }
        const at::Tensor weight = at::randn({width}).mul_(0.2).add_(1).to(dtype);
        return shape.isGpt2 ? Norm({}, NormKind::Layer, weight, at::randn({width}).to(dtype), 1e-5)
                            : Norm({}, NormKind::Rms, weight, at::Tensor(), 1e-5);
    }

    std::unique_ptr<Linear> linear(int64_t out, int64_t in) const
    {
        const double deviation = 1 / std::sqrt(static_cast<double>(in));
        ModuleSpec spec;
        spec.out = out;
        spec.in = in;
        // GPT-2 stores its layers transposed.
        at::Tensor weight = shape.isGpt2 ? at::randn({in, out}).mul_(deviation).to(dtype).t()
                                         : at::randn({out, in}).mul_(deviation).to(dtype);
        const at::Tensor bias = shape.hasBias ? at::randn({out}).to(dtype) : at::Tensor();
        if (shape.quantization != kernels::Quantization::None) {
            return std::make_unique<Linear>(spec,
                                            std::make_shared<const kernels::QuantizedWeight>(
                                                kernels::quantize(weight, shape.quantization)),
                                            bias);
        }
        return std::make_unique<Linear>(spec, weight, bias);
    }

    std::unique_ptr<Linear> target(const std::string& name,
                                   int64_t out,
                                   int64_t in,
                                   const std::set<std::string>& targets,
                                   double dropout)
    {
        auto layer = linear(out, in);
        if (targets.contains(name)) {
            adapt(*layer, kernels::RowSlice::plain(0, out), dropout);
        }
        return layer;
    }

    void adapt(Linear& layer, kernels::RowSlice rows, double dropout)
    {
        if (kind == Updates::Scaled || kind == Updates::Both) {
            addScaled(layer, rows, dropout);
        }
        if (kind == Updates::Scaled) {
            return;
        }
        // Ranks differ, odd ones and ones above a panel among them.
        static const std::array<int64_t, 4> kRanks = {8, 3, 16, 20};
        const int64_t rank = kRanks[adapters.size() % kRanks.size()];
        kernels::LowRank update;
        update.a = at::randn({rank, layer.spec().in}).mul_(0.1).set_requires_grad(true);
        update.b = at::randn({rows.rows(), rank}).mul_(0.1).set_requires_grad(true);
        update.scale = 1.5;
        update.rows = rows;
        update.dropout = dropout;
        if (kind == Updates::Lengths || (kind > Updates::Lengths && adapters.size() % 2 == 0)) {
            addLengths(layer, std::move(update));
        } else {
            attach(layer, std::move(update));
        }
    }

    void addLengths(Linear& layer, kernels::LowRank update)
    {
        const at::Tensor magnitude =
            at::randn({update.rows.rows()}).mul_(0.2).add_(1).set_requires_grad(true);
        update.dropout = kind == Updates::SparedLengths ? 0 : update.dropout;
        parameters.insert(parameters.end(), {update.a, update.b, magnitude});
        adapters.push_back(std::make_unique<methods::DoraAdapter>(
            std::to_string(adapters.size()), layer, std::move(update), magnitude));
        layer.attach(adapters.back().get());
    }

    void addScaled(Linear& layer, kernels::RowSlice rows, double dropout)
    {
        kernels::LowRank update;
        update.a = sharedA.narrow(1, 0, layer.spec().in);
        update.b = sharedB.narrow(0, 0, rows.rows());
        update.innerScale = at::randn({19}).set_requires_grad(true);
        update.outerScale = at::randn({rows.rows()}).set_requires_grad(true);
        update.scale = 0.7;
        update.rows = rows;
        update.dropout = dropout;
        attach(layer, std::move(update));
    }

    void attach(Linear& layer, kernels::LowRank update)
    {
        update.seed = 77 * adapters.size();
        parameters.push_back(update.hasScales() ? update.innerScale : update.a);
        parameters.push_back(update.hasScales() ? update.outerScale : update.b);
        adapters.push_back(std::make_unique<TestAdapter>(std::move(update)));
        layer.attach(adapters.back().get());
    }
};

} // namespace tests
