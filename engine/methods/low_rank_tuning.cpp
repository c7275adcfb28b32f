// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_tuning.h"

#include "engine/methods/chosen_targets.h"
#include "engine/methods/dora_adapter.h"
#include "engine/methods/dora_embedding.h"
#include "engine/methods/low_rank_adapter.h"
#include "engine/methods/low_rank_embedding.h"
#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/index_select.h>

#include <cmath>
#include <numbers>

namespace engine::methods {

namespace {

void copyInto(const at::Tensor& leaf, const at::Tensor& value)
{
    leaf.detach().copy_(value);
}

// Alphas of files are rounded numbers.
bool isSameAlpha(double x, double y)
{
    return std::abs(x - y) <= 1e-9 * std::max(std::abs(x), std::abs(y));
}

// The rows that the factors are for, of the weight of their module.
at::Tensor rowsOf(const at::Tensor& weight, const LowRankFactors& factors)
{
    return factors.slice.empty()
               ? weight
               : weight.index_select(0, nn::rowIndices(factors.rows).to(weight.device()));
}

} // namespace

LowRankTuning::LowRankTuning(std::string_view method,
                             LowRankSettings settings,
                             nn::Decoder& decoder,
                             uint64_t seed)
    : m_method(method), m_settings(std::move(settings)), m_decoder(decoder),
      m_plan(lowRankPlan(m_settings, decoder.blueprint())),
      m_buffer(m_plan.tensors, decoder.device()), m_mask(decoder,
                                                         m_plan.parameters,
                                                         m_buffer,
                                                         m_plan.parametersAt(m_settings),
                                                         TrainableMask::TiedHead::Stays)
{
    initialise(seed);
    attachAdapters();
}

LowRankTuning::~LowRankTuning()
{
    for (const auto& [layer, adapter] : m_adapters) {
        layer->detach(adapter.get());
    }
    for (const auto& embedding : m_embeddings) {
        m_decoder.detach(embedding.get());
    }
}

AdapterState LowRankTuning::state() const
{
    AdapterState state;
    state.method = m_method;
    state.dropout = m_settings.dropout;
    state.bias = m_settings.bias;
    state.modulesToSave = m_plan.savedModules;
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        LowRankFactors copy = plainFactors(i);
        copy.a = copyOnProcessor(copy.a);
        copy.b = copyOnProcessor(copy.b);
        if (copy.magnitude.defined()) {
            copy.magnitude = copyOnProcessor(copy.magnitude);
            if (!copy.slice.empty()) {
                copy.moduleMagnitude = baseNorms(i);
            }
        }
        state.factors.push_back(std::move(copy));
    }
    state.replaced = m_mask.values();
    return state;
}

void LowRankTuning::load(const AdapterState& state)
{
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        const LowRankFactors wanted = plainFactors(i);
        const auto found = std::find_if(
            state.factors.begin(), state.factors.end(), [&wanted](const LowRankFactors& factors) {
                return factors.module == wanted.module && factors.slice == wanted.slice;
            });
        const bool isMissing = found == state.factors.end();
        if (isMissing || found->a.sizes() != wanted.a.sizes()
            || found->b.sizes() != wanted.b.sizes() || !isSameAlpha(found->alpha, wanted.alpha)
            || found->usesRslora != wanted.usesRslora || found->bias.defined()
            || found->magnitude.defined() != wanted.magnitude.defined()) {
            refuseStart(m_plan.slots[i].target.name(), isMissing);
        }
        take(i, *found);
    }
    if (state.factors.size() != m_plan.slots.size()) {
        refuseStart("a module that this job does not train", false);
    }
    m_mask.load(state.replaced);
}

// The numbers of a plain update of that slot, as plainFactors() gives them.
void LowRankTuning::take(std::size_t index, const LowRankFactors& plain)
{
    const LowRankFactors trained = factors(index);
    const int64_t rank = trained.rank();
    copyInto(trained.a, plain.a.narrow(0, 0, rank));
    copyInto(trained.b, plain.b.narrow(1, 0, rank));
    if (!m_starts.empty()) {
        m_starts[index].a.copy_(plain.a.narrow(0, rank, rank));
        m_starts[index].b.copy_(-plain.b.narrow(1, rank, rank));
    }
    if (trained.magnitude.defined()) {
        copyInto(trained.magnitude, plain.magnitude);
    }
}

// The lengths of all rows of the fused weight that the slot is a slice of.
at::Tensor LowRankTuning::baseNorms(std::size_t index) const
{
    const nn::ModuleSpec& module = *m_plan.slots[index].target.module;
    const RowNorms norms(kernels::RowSlice::plain(0, module.out), {});
    return norms.of(weightOf(index)).to(at::kCPU);
}

LowRankFactors LowRankTuning::factors(std::size_t index) const
{
    const LowRankSlot& slot = m_plan.slots[index];
    LowRankFactors factors = factorsOn(slot.target);
    factors.a = m_buffer.leaf(2 * index);
    factors.b = m_buffer.leaf(2 * index + 1);
    if (m_settings.useDora) {
        factors.magnitude = m_buffer.leaf(2 * m_plan.slots.size() + index);
    }
    factors.alpha = slot.alpha;
    factors.usesRslora = m_settings.useRslora;
    return factors;
}

// ΔW = s (B A − B₀ A₀) as one update of twice the rank. Source: peft (tuners/lora/model.py,
// subtract_mutated_init).
LowRankFactors LowRankTuning::plainFactors(std::size_t index) const
{
    LowRankFactors plain = factors(index);
    if (!m_starts.empty()) {
        plain.a = at::cat({plain.a.detach(), m_starts[index].a});
        plain.b = at::cat({plain.b.detach(), -m_starts[index].b}, 1);
        plain.alpha *= plain.usesRslora ? std::numbers::sqrt2 : 2;
    }
    return plain;
}

at::Tensor LowRankTuning::weightOf(std::size_t index) const
{
    const Target& target = m_plan.slots[index].target;
    return target.isEmbedding() ? m_decoder.embedding(target.module->name).dense().t()
                                : m_decoder.linear(target.module->name)->dense();
}

void LowRankTuning::initialise(uint64_t seed)
{
    const bool isInside = startsInsideBase(m_settings.init);
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        const LowRankFactors trained = factors(i);
        const StartPlace place = m_plan.slots[i].startPlace(m_settings.useRslora);
        const at::Tensor weight = isInside ? rowsOf(weightOf(i), trained) : at::Tensor();
        start(m_settings.init, place, weight, seed, trained.a.detach(), trained.b.detach());
        if (isInside) {
            kernels::LowRank start = trained.update(m_decoder.device(), -1);
            start.a = start.a.detach().clone();
            start.b = start.b.detach().clone();
            m_starts.push_back(std::move(start));
        }
        if (trained.magnitude.defined()) {
            copyInto(trained.magnitude, RowNorms(trained.rows, updatesOf(i)).of(weightOf(i)));
        }
    }
}

// The trained update and, where the base has given it up, its start.
std::vector<kernels::LowRank> LowRankTuning::updatesOf(std::size_t index) const
{
    std::vector<kernels::LowRank> updates = {factors(index).update(m_decoder.device(), 1)};
    if (!m_starts.empty()) {
        updates.push_back(m_starts[index]);
    }
    return updates;
}

void LowRankTuning::attachAdapters()
{
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        const LowRankFactors trained = factors(i);
        if (trained.isEmbedding) {
            attachEmbedding(trained);
            continue;
        }
        const std::string name = m_plan.slots[i].target.name();
        kernels::LowRank update = trained.update(m_decoder.device(), 1);
        update.dropout = m_settings.dropout;
        const kernels::LowRank* start = m_starts.empty() ? nullptr : &m_starts[i];
        nn::Linear* const layer = m_decoder.linear(trained.module);
        const auto attach = [&](std::unique_ptr<nn::Adapter> adapter) {
            layer->attach(adapter.get());
            m_adapters.emplace_back(layer, std::move(adapter));
        };
        if (trained.magnitude.defined()) {
            attach(std::make_unique<DoraAdapter>(
                name, *layer, std::move(update), trained.magnitude, start));
            continue;
        }
        if (start != nullptr) {
            attach(std::make_unique<LowRankAdapter>(name, *start));
        }
        auto low = std::make_unique<LowRankAdapter>(name, std::move(update));
        m_ranks.add(*low, trained);
        attach(std::move(low));
    }
}

void LowRankTuning::attachEmbedding(const LowRankFactors& trained)
{
    if (trained.magnitude.defined()) {
        m_embeddings.push_back(
            std::make_unique<DoraEmbedding>(m_decoder.embedding(trained.module),
                                            trained.update(m_decoder.device(), 1),
                                            trained.magnitude));
    } else {
        auto low = std::make_unique<LowRankEmbedding>(trained.a, trained.b, trained.scale());
        m_ranks.add(*low, trained);
        m_embeddings.push_back(std::move(low));
    }
    m_decoder.attach(trained.module, m_embeddings.back().get());
}

std::vector<ReplacedParameter> LowRankTuning::memory() const
{
    std::vector<ReplacedParameter> memory;
    for (std::size_t i = 0; i < m_starts.size(); ++i) {
        const std::string name = m_plan.slots[i].target.name();
        memory.push_back({name + ".start_A", copyOnProcessor(m_starts[i].a)});
        memory.push_back({name + ".start_B", copyOnProcessor(m_starts[i].b)});
    }
    return memory;
}

void LowRankTuning::remember(const std::vector<ReplacedParameter>& memory)
{
    for (std::size_t i = 0; i < m_starts.size(); ++i) {
        m_starts[i].a.copy_(memory[2 * i].value);
        m_starts[i].b.copy_(memory[2 * i + 1].value);
    }
}

} // namespace engine::methods
