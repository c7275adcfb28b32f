// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/step_memory.h"

#include "engine/estimate/composed_memory.h"
#include "engine/estimate/stack_memory.h"
#include "engine/kernels/packed_product.h"
#include "engine/kernels/unpacked_head.h"
#include "engine/nn/packed_weights.h"

#include <algorithm>

namespace engine::estimate {

namespace {

using nn::ModuleSpec;

// Rows of the hidden width beside the blocks: the final norm's input and the loss' gradient are
// kept, the gradient among all tokens and that of the norm come on top.
constexpr int64_t kKeptRows = 2;
constexpr int64_t kPassingRows = 2;

bool hasPackedVocabulary(const StepSettings& settings)
{
    return settings.held.hasEmbeddings && settings.held.quantization != kernels::Quantization::None;
}

// kernels/packed_cross_entropy.cpp: logits of a chunk, and its rows, of every thread; of a head
// that is not kept what kernels/unpacked_head.h unpacks there, too. One that is trained has one
// chunk, and its rows once more as kernels/weight_gradient.h packs them.
int64_t headScratch(const ModelUse& use,
                    const nn::Blueprint& blueprint,
                    const StepSettings& settings,
                    int64_t size)
{
    const bool isHeadUnpacked =
        use.trainsHead || hasPackedVocabulary(settings) || !settings.keepsCopies;
    const int64_t logits = blueprint.vocabulary * size;
    const int64_t most = isHeadUnpacked ? kernels::unpackedHeadChunkRows(logits)
                                        : kernels::headChunkRows(logits, settings.threads);
    const int64_t rows = std::min(most, settings.tokens / settings.threads + 1);
    const int64_t block = kernels::kHeadDepthBlock * blueprint.hiddenSize * size;
    const int64_t unpacked = isHeadUnpacked ? kernels::kHeadStripBytes + block : 0;
    if (use.trainsHead) {
        return settings.threads * unpacked
               + settings.tokens * blueprint.hiddenSize * (2 * size + 4);
    }
    const int64_t perRow =
        size * (blueprint.vocabulary + blueprint.hiddenSize) + 4 * blueprint.hiddenSize;
    return settings.threads * (rows * perRow + unpacked);
}

class Weights
{
public:
    Weights(const nn::Blueprint& blueprint, const ModelUse& use, const StepSettings& settings)
        : m_blueprint(blueprint), m_use(use), m_settings(settings),
          m_packs(kernels::packedKernels() != nullptr && nn::isPackable(settings.compute))
    {
        for (const BlockRun& run : use.runs) {
            for (std::size_t i = run.first; i < run.first + run.count; ++i) {
                m_runs.push_back({&run, i == run.first});
            }
        }
    }

    int64_t bytes() const
    {
        int64_t sum = 0;
        for (const ModuleSpec& module : m_blueprint.modules) {
            const int64_t biases = module.bias ? module.out : 0;
            sum += biases * m_settings.held.numberBytes + weightOf(module);
        }
        return sum;
    }

private:
    struct Place
    {
        const BlockRun* run;
        bool isFirst;
    };

    int64_t size() const { return static_cast<int64_t>(c10::elementSize(m_settings.compute)); }

    // What is left of a weight that is held otherwise: its mapped pages are let go, a conversion
    // stays.
    int64_t beside(int64_t numbers) const
    {
        const bool isMapped = m_settings.held.numberBytes == m_settings.storedBytes;
        return isMapped ? 0 : numbers * m_settings.held.numberBytes;
    }

    int64_t packed(int64_t numbers, int64_t directions) const
    {
        return directions * numbers * size() + beside(numbers);
    }

    // A tied head is its embedding.
    bool isPackedVocabulary(const ModuleSpec& module) const
    {
        const bool isTied = module.outputHead && m_blueprint.tiedHead;
        return hasPackedVocabulary(m_settings) && module.holdsVocabulary() && !isTied;
    }

    bool isInPlace(const ModuleSpec& module) const
    {
        return std::find(m_use.inPlace.begin(), m_use.inPlace.end(), &module)
               != m_use.inPlace.end();
    }

    int64_t weightOf(const ModuleSpec& module) const
    {
        const int64_t numbers = module.out * std::max<int64_t>(module.in, 1);
        const int64_t held = numbers * m_settings.held.numberBytes;
        if (isInPlace(module)) {
            return beside(numbers);
        }
        if (isPackedVocabulary(module)) {
            return packedBytes(
                module.out, module.in, m_settings.held.quantization, m_settings.held.doubleQuant);
        }
        if (module.outputHead) {
            const bool isPacked = m_packs && !m_use.trainsHead;
            const bool isKept = isPacked && m_settings.keepsCopies;
            const int64_t own = m_blueprint.tiedHead ? 0 : isKept ? beside(numbers) : held;
            const bool isTiedToPacked = hasPackedVocabulary(m_settings);
            return isTiedToPacked ? 0 : own + (isKept ? 2 * numbers * size() : 0);
        }
        if (!module.isQuantizable()) {
            return held; // embeddings and norms
        }
        if (m_settings.held.quantization != kernels::Quantization::None) {
            return packedBytes(
                module.out, module.in, m_settings.held.quantization, m_settings.held.doubleQuant);
        }
        const auto [run, isFirst] = m_runs[static_cast<std::size_t>(module.layer)];
        if (!run->isFused || !m_settings.keepsCopies) {
            return held;
        }
        const bool endsHere = isFirst && !run->passesInput && isInput(module);
        return packed(numbers, run->hasGradient && !endsHere ? 2 : 1);
    }

    static bool isInput(const ModuleSpec& module)
    {
        const std::string_view name = module.shortName;
        return name == "q" || name == "k" || name == "v"
               || std::any_of(module.slices.begin(), module.slices.end(), [](const auto& slice) {
                      return slice.shortName == "q";
                  });
    }

    const nn::Blueprint& m_blueprint;
    const ModelUse& m_use;
    const StepSettings& m_settings;
    bool m_packs;
    std::vector<Place> m_runs; // of every block
};

} // namespace

StepMemory stepMemory(const std::vector<nn::TrainableTensor>& tensors,
                      const nn::Blueprint& blueprint,
                      const StepSettings& settings)
{
    const bool packs = kernels::packedKernels() != nullptr && nn::isPackable(settings.compute);
    const ModelUse use = useOf(tensors, blueprint, packs, settings.startsInside);
    const auto size = static_cast<int64_t>(c10::elementSize(settings.compute));
    const int64_t rows = settings.tokens * blueprint.hiddenSize * size;
    StepMemory memory;
    memory.weights = Weights(blueprint, use, settings).bytes();
    memory.activations = kKeptRows * rows;
    memory.workspace = kPassingRows * rows;
    if (use.isHeadFused) {
        memory.workspace += headScratch(use, blueprint, settings, size);
    }
    if (use.isHeadFused && use.trainsHead) { // the gradient of the logits
        memory.activations += settings.tokens * blueprint.vocabulary * size;
    }
    for (const BlockRun& run : use.runs) {
        if (run.isFused) {
            const StackMemory stack = stackMemory(run, use, blueprint, settings);
            memory.activations += stack.kept;
            memory.workspace += stack.once;
        } else {
            ++memory.composedBlocks;
        }
    }
    memory.workspace += sharedFactorBytes(use, size) + unpackedPanelBytes(use, settings);
    const ComposedMemory composed = composedMemory(use, blueprint, settings);
    memory.activations += composed.kept;
    memory.workspace += std::max<int64_t>(composed.most - composed.kept, 0) + composed.copies;
    const auto layers = std::max<int64_t>(static_cast<int64_t>(use.blocks.size()), 1);
    memory.workspace += std::min(kHeapBytes * memory.composedBlocks / layers, composed.most);
    memory.isCounted = !use.hasComposedLengths;
    return memory;
}

} // namespace engine::estimate
