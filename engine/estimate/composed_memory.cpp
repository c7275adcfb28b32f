// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/composed_memory.h"

#include "engine/estimate/step_memory.h"
#include "engine/nn/stack_plan.h"

#include <algorithm>

namespace engine::estimate {

namespace {

constexpr int64_t kFloatBytes = 4;
constexpr int64_t kHeadNumbers = 64; // as in stack_memory.cpp

int64_t rescaledOf(const BlockUse& block)
{
    int64_t numbers = 0;
    for (const ProductUse& product : block.products) {
        numbers += product.rescaled + product.rescaledInputs;
    }
    return numbers;
}

// The MLP runs as one function where its layers have nothing but low-rank updates.
bool hasFusedMlp(const BlockUse& block)
{
    const auto isPlain = [](const ProductUse& product) {
        return product.rescaled == 0 && product.rescaledInputs == 0;
    };
    return block.hasGate && !block.joinsGate && isPlain(block.products[nn::kExpand])
           && isPlain(block.products[nn::kContract]);
}

class Composed
{
public:
    Composed(const ModelUse& use, const nn::Blueprint& blueprint, const StepSettings& settings)
        : m_use(use), m_blueprint(blueprint), m_settings(settings),
          m_size(static_cast<int64_t>(c10::elementSize(settings.compute)))
    {
    }

    ComposedMemory bytes() const
    {
        ComposedMemory memory;
        int64_t recomputed = 0;  // a block whole, when its turn comes
        int64_t passing = 0;     // what its backward makes on the way
        int64_t blockCopies = 0; // of one block's weights
        const bool isByBlock = m_settings.recompute == nn::Recompute::Block;
        for (const BlockRun& run : m_use.runs) {
            const BlockUse& block = m_use.blocks[run.first];
            if (run.isFused) {
                continue;
            }
            if (!run.hasGradient) { // nothing is kept
                passing = std::max(passing, m_settings.tokens * keptOf(block));
                continue;
            }
            const int64_t whole = m_settings.tokens * keptOf(block);
            const int64_t input = m_settings.tokens * m_size * m_blueprint.hiddenSize;
            memory.kept += isByBlock ? input : whole;
            recomputed = std::max(recomputed, isByBlock ? whole - input : 0);
            passing = std::max(passing, passingOf(block));
            const int64_t copies = copiesOf(block);
            memory.copies += isByBlock ? 0 : copies;
            blockCopies = std::max(blockCopies, isByBlock ? copies : 0);
        }
        memory.copies += blockCopies;
        addHead(memory, recomputed + passing);
        return memory;
    }

private:
    // Numbers a token that the parts of a block keep, times their bytes.
    int64_t keptOf(const BlockUse& block) const
    {
        const int64_t hidden = m_blueprint.hiddenSize;
        const int64_t keys = block.keys;
        // Its input, that of q, k, v, the sum in its middle, that of the MLP; norms behind a
        // sub-layer keep theirs.
        int64_t numbers = 4 * hidden + std::max<int64_t>(block.norms - 2, 0) * hidden;
        // A part of a joined weight keeps all its outputs; rotated and normed heads are new ones.
        const bool isNew = m_use.isRotary && block.joinsInputs;
        numbers += block.queries + 2 * keys + (isNew ? block.queries + keys : 0);
        numbers += block.headNorms > 0 ? block.queries + keys : 0;
        numbers += block.products[nn::kProject].inputs; // the result
        const bool makesInnerAgain =
            hasFusedMlp(block) && m_settings.recompute == nn::Recompute::Mlp;
        const bool keepsTwo = hasFusedMlp(block) || !block.hasGate;
        numbers += makesInnerAgain ? 0 : (keepsTwo ? 2 : 4) * block.inner;
        numbers += rescaledOf(block);
        for (const ProductUse& product : block.products) {
            numbers += product.rankSum();
        }
        // Of a module at a site its input, and inner numbers before and behind the activation.
        for (const SiteUse& site : block.sites) {
            numbers += site.inner > 0 ? hidden + 2 * site.inner : 0;
        }
        const int64_t logSums = kFloatBytes * block.queries / kHeadNumbers;
        const int64_t widened =
            block.isOffset && m_size < kFloatBytes ? kFloatBytes * block.norms * hidden : 0;
        return numbers * m_size + 2 * kFloatBytes + logSums + widened;
    }

    // The MLP's backward, with everything that its block keeps still there: the gradients of its
    // rows and of its weights; as one function it gives all of these back together.
    int64_t passingOf(const BlockUse& block) const
    {
        const bool makesInnerAgain =
            hasFusedMlp(block) && m_settings.recompute == nn::Recompute::Mlp;
        const int64_t inner = (block.hasGate ? 4 : 2) + (makesInnerAgain ? 2 : 0);
        const int64_t rows =
            m_settings.tokens * m_size * (inner * block.inner + 2 * m_blueprint.hiddenSize);
        const int64_t expand = block.products[nn::kExpand].trained;
        const int64_t contract = block.products[nn::kContract].trained;
        const int64_t trained = hasFusedMlp(block) ? expand + contract : std::max(expand, contract);
        return rows + trained * gradientBytes();
    }

    // A weight's gradient is made in the computing type, then widened.
    int64_t gradientBytes() const { return kFloatBytes + (m_size == kFloatBytes ? 0 : m_size); }

    int64_t copiesOf(const BlockUse& block) const
    {
        int64_t bytes = 0;
        for (const ProductUse& product : block.products) {
            const bool isQuantized = m_settings.held.quantization != kernels::Quantization::None;
            bytes += m_size == kFloatBytes ? 0 : product.trained * m_size;
            bytes +=
                isQuantized || m_settings.held.numberBytes == m_size ? 0 : product.frozen * m_size;
        }
        return bytes;
    }

    // The stages of a backward: the loss, the head's weight, the blocks, the embedding, whose
    // gradient is added where it is kept. A tied head's waits for that.
    void addHead(ComposedMemory& memory, int64_t blocks) const
    {
        const int64_t table = m_blueprint.vocabulary * m_blueprint.hiddenSize;
        if (m_use.isHeadFused) { // adds its gradient where that is kept
            memory.most = memory.kept + blocks;
            return;
        }
        const int64_t logits =
            m_use.trainsHead ? m_settings.tokens * m_blueprint.vocabulary * m_size : 0;
        const int64_t headGradient = m_use.isHeadInPlace ? table * kFloatBytes : 0;
        const int64_t waiting = m_blueprint.tiedHead ? headGradient : 0;
        const int64_t saved = memory.kept;
        memory.kept += logits;
        memory.copies += m_use.isHeadInPlace && m_size < kFloatBytes ? table * m_size : 0;
        const int64_t loss = saved + 3 * logits;
        const int64_t head = saved + logits + (m_use.isHeadInPlace ? table * gradientBytes() : 0);
        const int64_t inBlocks = saved + blocks + waiting;
        const int64_t atTable = m_use.trainsTable ? 2 * waiting : 0;
        memory.most = std::max({memory.kept, loss, head, inBlocks, atTable});
    }

    const ModelUse& m_use;
    const nn::Blueprint& m_blueprint;
    const StepSettings& m_settings;
    int64_t m_size;
};

} // namespace

ComposedMemory
composedMemory(const ModelUse& use, const nn::Blueprint& blueprint, const StepSettings& settings)
{
    return Composed(use, blueprint, settings).bytes();
}

} // namespace engine::estimate
