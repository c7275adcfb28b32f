// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/low_rank_tuning.h"

#include "engine/device/failure.h"
#include "engine/methods/chosen_targets.h"
#include "engine/methods/initial_values.h"

#include <cmath>

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
                                                         2 * m_plan.slots.size(),
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
        LowRankFactors copy = factors(i);
        copy.a = copyOnProcessor(copy.a);
        copy.b = copyOnProcessor(copy.b);
        state.factors.push_back(std::move(copy));
    }
    state.replaced = m_mask.values();
    return state;
}

void LowRankTuning::load(const AdapterState& state)
{
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        const LowRankFactors wanted = factors(i);
        const auto found = std::find_if(
            state.factors.begin(), state.factors.end(), [&wanted](const LowRankFactors& factors) {
                return factors.module == wanted.module && factors.slice == wanted.slice;
            });
        const bool isMissing = found == state.factors.end();
        if (isMissing || found->a.sizes() != wanted.a.sizes()
            || found->b.sizes() != wanted.b.sizes() || !isSameAlpha(found->alpha, wanted.alpha)
            || found->usesRslora != wanted.usesRslora || found->bias.defined()) {
            refuseStart(m_plan.slots[i].target.name(), isMissing);
        }
        copyInto(wanted.a, found->a);
        copyInto(wanted.b, found->b);
    }
    if (state.factors.size() != m_plan.slots.size()) {
        refuseStart("a module that this job does not train", false);
    }
    m_mask.load(state.replaced);
}

LowRankFactors LowRankTuning::factors(std::size_t index) const
{
    const LowRankSlot& slot = m_plan.slots[index];
    LowRankFactors factors;
    factors.module = slot.target.module->name;
    factors.slice = slot.target.slice == nullptr ? "" : slot.target.slice->shortName;
    factors.rows = rowsOf(slot.target);
    factors.isEmbedding = slot.target.isEmbedding();
    factors.a = m_buffer.leaf(2 * index);
    factors.b = m_buffer.leaf(2 * index + 1);
    factors.alpha = slot.alpha;
    factors.usesRslora = m_settings.useRslora;
    return factors;
}

// PEFT's defaults: A ~ U(−1/√in, 1/√in), B = 0; of an embedding A = 0, B ~ N(0, 1).
void LowRankTuning::initialise(uint64_t seed)
{
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        const Target& target = m_plan.slots[i].target;
        if (target.isEmbedding()) {
            fillNormal(m_buffer.leaf(2 * i + 1), 1, seed, target.name());
        } else {
            fillUniform(m_buffer.leaf(2 * i), seed, target.name());
        }
    }
}

void LowRankTuning::attachAdapters()
{
    for (std::size_t i = 0; i < m_plan.slots.size(); ++i) {
        const LowRankFactors trained = factors(i);
        if (trained.isEmbedding) {
            m_embeddings.push_back(
                std::make_unique<LowRankEmbedding>(trained.a, trained.b, trained.scale()));
            m_ranks.add(*m_embeddings.back(), trained);
            m_decoder.attach(trained.module, m_embeddings.back().get());
            continue;
        }
        kernels::LowRank update;
        update.a = trained.a;
        update.b = trained.b;
        update.scale = trained.scale();
        update.rows = trained.rows;
        update.dropout = m_settings.dropout;
        nn::Linear* const layer = m_decoder.linear(trained.module);
        m_adapters.emplace_back(
            layer,
            std::make_unique<LowRankAdapter>(m_plan.slots[i].target.name(), std::move(update)));
        m_ranks.add(*m_adapters.back().second, trained);
        layer->attach(m_adapters.back().second.get());
    }
}

} // namespace engine::methods
