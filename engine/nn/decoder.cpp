// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decoder.h"

#include "engine/kernels/packed_product.h"
#include "engine/kernels/profile.h"
#include "engine/kernels/tracking.h"
#include "engine/kernels/unpacked_head.h"
#include "engine/nn/embedding_noise.h"
#include "engine/nn/kv_cache.h"
#include "engine/nn/recompute.h"
#include "engine/nn/widened_stream.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/Reduction.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/scalar_tensor.h>

namespace engine::nn {

Decoder::Decoder(Parts parts, at::ScalarType dtype)
    : m_parts(std::move(parts)), m_dtype(dtype), m_packed(std::make_unique<PackedWeights>()),
      m_threads(std::make_unique<Threads>()),
      m_stack(std::make_unique<BlockStack>(m_parts.blocks, *m_packed, *m_threads)),
      m_headRoom(std::make_shared<kernels::HeadRoom>())
{
    m_parts.embeddingScale =
        at::scalar_tensor(m_parts.embeddingScale, at::kDouble).to(dtype).item<double>();
}

at::Tensor Decoder::updated(at::Tensor rows,
                            const at::Tensor& ids,
                            const EmbeddingAdapters& adapters,
                            const Pass& pass) const
{
    for (const EmbeddingAdapter* adapter : adapters) {
        rows = rows.to(at::kFloat) + adapter->forward(ids, pass);
    }
    return rows.to(m_dtype);
}

at::Tensor Decoder::embedded(const at::Tensor& ids, const Pass& pass) const
{
    const kernels::ProfileScope scope(kernels::Part::Embedding);
    const at::Tensor here = ids.to(device());
    const at::Tensor x = updated(m_parts.tokenEmbedding.rows(here), here, m_tokenAdapters, pass);
    const at::Tensor scaled = m_parts.embeddingScale == 1 ? x : x * m_parts.embeddingScale;
    if (pass.noise == 0) {
        return scaled;
    }
    return scaled
           + embeddingNoise(pass.sequences, scaled.size(1), pass.noise, pass.noiseSeed)
                 .to(scaled.options());
}

at::Tensor Decoder::hidden(const at::Tensor& ids, const Pass& pass) const
{
    at::Tensor x = embedded(ids, pass);
    const bool fresh = pass.cache == nullptr || pass.cache->empty();
    const bool isWidened = m_virtualTokens != nullptr && fresh;
    WidenedStream wide{x, pass, at::Tensor()};
    if (isWidened) {
        wide = widened(x, pass, *m_virtualTokens);
    } else if (m_virtualTokens != nullptr) {
        wide.pass.positions = pass.positions + virtualCount();
    }
    wide.pass.virtualTokens = m_virtualTokens;
    x = wide.x;
    wide.pass.positions = wide.pass.positions.to(device()); // once for all layers
    if (isWidened) {
        wide.pass.virtualRows = wide.pass.virtualRows.to(device());
    }
    if (m_parts.positionEmbedding.isDefined()) {
        const at::Tensor& positions = wide.pass.positions;
        x = x
            + updated(m_parts.positionEmbedding.rows(positions),
                      positions,
                      m_positionAdapters,
                      wide.pass);
    }
    const auto note = [&pass](const at::Tensor& state) {
        if (pass.states != nullptr) {
            pass.states->push_back(state);
        }
    };
    note(x);
    for (std::size_t next = 0; next < m_parts.blocks.size();) {
        int64_t together = m_stack->standardRun(next, x, wide.pass);
        together = pass.states == nullptr ? together : std::min<int64_t>(together, 1);
        x = together > 0 ? m_stack->run(next, together, x, wide.pass)
                         : throughBlock(static_cast<int64_t>(next), x, wide.pass);
        next += static_cast<std::size_t>(std::max<int64_t>(together, 1));
        const auto layer = static_cast<int64_t>(next) - 1;
        if (isWidened) {
            const at::Tensor state = m_virtualTokens->stateAfterBlock(layer);
            x = state.defined() ? withVirtualRows(x, wide.pass, state) : x;
        }
        note(x);
    }
    x = isWidened ? x.index_select(0, wide.tokenRows.to(device())) : x;
    return m_parts.finalNorm->forward(x);
}

at::Tensor Decoder::throughBlock(int64_t layer, const at::Tensor& x, const Pass& pass) const
{
    const Block& block = m_parts.blocks[static_cast<std::size_t>(layer)];
    if (pass.recompute == Recompute::Block && at::GradMode::is_enabled()) {
        return recomputed(
            [&block, pass, layer](const at::Tensor& in) { return block.forward(in, pass, layer); },
            x);
    }
    return block.forward(x, pass, layer);
}

at::Tensor Decoder::logits(const at::Tensor& hidden, const Pass& pass) const
{
    const at::Tensor logits = m_parts.head->forward(hidden, pass);
    const double cap = m_parts.logitCap;
    return cap > 0 ? logits.div(cap).tanh().mul(cap) : logits;
}

kernels::TokenLoss Decoder::loss(const at::Tensor& hidden,
                                 const at::Tensor& targets,
                                 const Pass& pass,
                                 double smoothing) const
{
    const kernels::LossForm form{smoothing, m_parts.logitCap};
    if (isHeadPackable(hidden)) {
        return kernels::packedHeadCrossEntropy(
            hidden, packedHead(hidden), targets, m_threads->team(), form);
    }
    if (isHeadFrozen()) {
        const kernels::FrozenMatrix head = m_parts.head->matrix(pass, hidden.scalar_type());
        return kernels::frozenHeadCrossEntropy(hidden, head, targets, form);
    }
    const at::Tensor rows = targets.ne(kernels::kIgnoredTarget).nonzero().squeeze(1);
    return kernels::crossEntropy(
        m_parts.head->forward(hidden.index_select(0, rows.to(device())), pass),
        targets.index_select(0, rows),
        form);
}

kernels::TokenLoss Decoder::loss(const at::Tensor& hidden,
                                 const kernels::PlacedTargets& targets,
                                 const Pass& pass,
                                 double smoothing) const
{
    TORCH_CHECK(isHeadFrozen(), "targets are placed for a frozen head only");
    const kernels::FrozenMatrix head = m_parts.head->matrix(pass, hidden.scalar_type());
    return kernels::frozenHeadCrossEntropy(hidden, head, targets, {smoothing, m_parts.logitCap});
}

at::Tensor
Decoder::tokenNll(const at::Tensor& hidden, const at::Tensor& targets, const Pass& pass) const
{
    const at::NoGradGuard noGrad;
    if (isHeadPackable(hidden)) {
        return kernels::packedHeadNll(
            hidden, packedHead(hidden), targets, m_threads->team(), m_parts.logitCap);
    }
    if (isHeadFrozen()) {
        const kernels::FrozenMatrix head = m_parts.head->matrix(pass, hidden.scalar_type());
        return kernels::tokenNll(hidden, head, targets, m_parts.logitCap).cpu();
    }
    return at::cross_entropy_loss(logits(hidden, pass).to(at::kFloat),
                                  targets.to(device()),
                                  /*weight=*/{},
                                  at::Reduction::None,
                                  kernels::kIgnoredTarget)
        .cpu();
}

bool Decoder::isHeadFrozen() const
{
    const Linear& head = *m_parts.head;
    return head.adapters().empty() && (head.isQuantized() || !head.weight().requires_grad());
}

bool Decoder::isHeadPackable(const at::Tensor& hidden) const
{
    const Linear& head = *m_parts.head;
    return kernels::packedKernels() != nullptr && head.adapters().empty() && !isTrained(head.bias())
           && hidden.is_cpu() && isPackable(hidden.scalar_type())
           && PackedGroup::canUnpack({&head});
}

kernels::PackedHead Decoder::packedHead(const at::Tensor& hidden) const
{
    const Linear& layer = *m_parts.head;
    PackedGroup& group = m_packed->use({&layer}, packedTypeOf(hidden.scalar_type()));
    if (group.isUnpacked()) {
        const at::Tensor& weight = layer.weight();
        return {nullptr,
                nullptr,
                group.bias(),
                layer.spec().out,
                group.stored(0),
                m_headRoom.get(),
                isTrained(weight) ? weight : at::Tensor()};
    }
    *m_headRoom = {};
    const bool isTracked = kernels::isTracked(hidden);
    return {&group.forOutput(),
            isTracked ? &group.forInput() : nullptr,
            group.bias(),
            layer.spec().out};
}

void Decoder::attach(const VirtualTokens* tokens)
{
    TORCH_CHECK(m_virtualTokens == nullptr, "a decoder has one set of virtual tokens");
    m_virtualTokens = tokens;
}

bool Decoder::hasAdditions() const
{
    return m_virtualTokens != nullptr
           || std::any_of(m_parts.blocks.begin(), m_parts.blocks.end(), [](const Block& block) {
                  return block.hasSites();
              });
}

void Decoder::detach(const VirtualTokens* tokens)
{
    if (m_virtualTokens == tokens) {
        m_virtualTokens = nullptr;
    }
}

const Embedding& Decoder::embedding(std::string_view name) const
{
    const ModuleSpec* module = m_parts.blueprint.find(name);
    TORCH_CHECK(
        module != nullptr && module->kind == ModuleKind::Embedding, "Decoder: no embedding ", name);
    return module->tokenEmbedding ? m_parts.tokenEmbedding : m_parts.positionEmbedding;
}

Linear* Decoder::linear(std::string_view name)
{
    for (Linear* layer : linears()) {
        if (layer->spec().name == name) {
            return layer;
        }
    }
    return nullptr;
}

std::vector<Linear*> Decoder::linears()
{
    std::vector<Linear*> all;
    for (Block& block : m_parts.blocks) {
        const std::vector<Linear*> layers = block.linears();
        all.insert(all.end(), layers.begin(), layers.end());
    }
    all.push_back(m_parts.head.get());
    return all;
}

void Decoder::attach(std::string_view embedding, const EmbeddingAdapter* adapter)
{
    const ModuleSpec* module = m_parts.blueprint.find(embedding);
    TORCH_CHECK(module != nullptr && module->kind == ModuleKind::Embedding,
                "Decoder: no embedding ",
                embedding);
    (module->tokenEmbedding ? m_tokenAdapters : m_positionAdapters).push_back(adapter);
}

void Decoder::detach(const EmbeddingAdapter* adapter)
{
    std::erase(m_tokenAdapters, adapter);
    std::erase(m_positionAdapters, adapter);
}

std::vector<const ModuleSpec*> Decoder::quantizedModules()
{
    std::vector<const ModuleSpec*> modules;
    if (m_parts.tokenEmbedding.isQuantized()) {
        modules.push_back(&m_parts.blueprint.modules.front());
    }
    for (const Linear* layer : linears()) {
        if (layer->isQuantized()) {
            modules.push_back(&layer->spec());
        }
    }
    return modules;
}

std::vector<Parameter> Decoder::parameters()
{
    std::map<std::string_view, std::pair<at::Tensor*, at::Tensor*>>
        tensors; // module → weight, bias
    for (Linear* layer : linears()) {
        at::Tensor* const weight = layer->isQuantized() ? nullptr : &layer->weight();
        tensors[layer->spec().name] = {weight, &layer->bias()};
    }
    std::vector<Norm*> norms = {m_parts.finalNorm.get()};
    for (Block& block : m_parts.blocks) {
        for (Norm* norm : block.norms()) {
            norms.push_back(norm);
        }
    }
    for (Norm* norm : norms) {
        tensors[norm->spec().name] = {&norm->weight(), &norm->bias()};
    }
    std::vector<Parameter> all;
    for (const ModuleSpec& module : m_parts.blueprint.modules) {
        if (module.outputHead && m_parts.blueprint.tiedHead) {
            continue;
        }
        if (module.tokenEmbedding) {
            if (!m_parts.tokenEmbedding.isQuantized()) {
                all.push_back({module.weightName(),
                               &module,
                               &m_parts.tokenEmbedding.weight(),
                               m_parts.blueprint.tiedHead ? &m_parts.head->weight() : nullptr});
            }
            continue;
        }
        if (module.kind == ModuleKind::Embedding) {
            all.push_back({module.weightName(), &module, &m_parts.positionEmbedding.weight()});
            continue;
        }
        const auto [weight, bias] = tensors.at(module.name);
        if (weight != nullptr) {
            all.push_back({module.weightName(), &module, weight});
        }
        if (module.bias) {
            all.push_back({module.biasName(), &module, bias});
        }
    }
    return all;
}

} // namespace engine::nn
