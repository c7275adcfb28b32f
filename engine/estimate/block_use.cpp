// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/estimate/block_use.h"

#include "engine/estimate/parts.h"
#include "engine/kernels/packed_matrix.h"
#include "engine/nn/adapter.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace engine::estimate {

namespace {

using nn::ModuleKind;
using nn::ModuleSpec;

using nn::kAttend;
using nn::kContract;
using nn::kExpand;
using nn::kProject;

// As PEFT names what is trained of an update.
constexpr std::string_view kA = "lora_A", kB = "lora_B", kE = "lora_E";
constexpr std::string_view kLengths = "lora_magnitude_vector";
constexpr std::string_view kVeraB = "vera_lambda_b", kVeraD = "vera_lambda_d";

bool hasSlice(const ModuleSpec& module, std::string_view shortName)
{
    return std::any_of(module.slices.begin(), module.slices.end(), [shortName](const auto& slice) {
        return slice.shortName == shortName;
    });
}

std::size_t productOf(const ModuleSpec& module)
{
    const std::string_view name = module.shortName;
    if (name == "o") {
        return kProject;
    }
    if (name == "gate" || name == "up" || name == "fc_in" || hasSlice(module, "up")) {
        return kExpand;
    }
    return name == "down" || name == "fc_out" ? kContract : kAttend;
}

// A layer of a block into its product.
void addLinear(BlockUse& block, const ModuleSpec& module)
{
    const std::size_t which = productOf(module);
    ProductUse& product = block.products[which];
    product.inputs = module.in;
    product.outputs.push_back(module.out);
    product.frozen += module.out * module.in;
    if (which == kAttend) {
        for (const nn::SliceSpec& slice : module.slices) {
            block.joinsInputs = true;
            (slice.shortName == "q" ? block.queries : block.keys) = slice.rows.rows();
        }
        if (module.slices.empty()) {
            (module.shortName == "q" ? block.queries : block.keys) = module.out;
        }
    } else if (which == kExpand) {
        block.joinsGate = hasSlice(module, "gate");
        block.hasGate = block.hasGate || module.shortName == "gate" || block.joinsGate;
        block.inner = block.joinsGate ? module.out / 2 : module.out;
    }
}

void addNorm(BlockUse& block, const ModuleSpec& module, int64_t hidden)
{
    block.isOffset = module.isOffset;
    if (module.out < hidden) {
        ++block.headNorms;
    } else {
        ++block.norms;
    }
}

std::vector<BlockUse> blocksOf(const nn::Blueprint& blueprint)
{
    std::vector<BlockUse> blocks(static_cast<std::size_t>(blueprint.layers));
    for (const ModuleSpec& module : blueprint.modules) {
        if (module.layer < 0 || module.layer >= blueprint.layers) {
            continue;
        }
        BlockUse& block = blocks[static_cast<std::size_t>(module.layer)];
        if (module.isLinear()) {
            addLinear(block, module);
        } else if (module.kind == ModuleKind::Norm) {
            addNorm(block, module, blueprint.hiddenSize);
        }
    }
    return blocks;
}

// What the packed kernels know of a block's form (nn/block_stack.h).
bool isStandard(const BlockUse& block)
{
    const bool isPanelled = !block.joinsGate || block.inner % kernels::kPanelFeatures == 0;
    const bool hasKnownNorms = block.norms == (block.hasOutputNorms() ? 4 : 2);
    return hasKnownNorms && isPanelled;
}

std::string_view lastWord(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

// One trained tensor, by what it is called.
class Placing
{
public:
    Placing(const nn::Blueprint& blueprint, bool startsInside, ModelUse& use)
        : m_blueprint(blueprint), m_startsInside(startsInside), m_use(use)
    {
    }

    void place(const nn::TrainableTensor& tensor, const TensorPlace& at)
    {
        if (at.module != nullptr && tensor.name == at.module->weightName()) {
            m_use.inPlace.push_back(at.module);
        }
        if (at.layer >= 0) {
            BlockUse& block = m_use.blocks[static_cast<std::size_t>(at.layer)];
            block.isTrained = true;
            placeInBlock(block, tensor, at);
        } else if (at.module == nullptr) {
            placeTokens(tensor);
        } else if (at.module->outputHead) {
            m_use.trainsHead = true;
            const bool isWeight = tensor.name == at.module->weightName();
            m_use.isHeadInPlace = m_use.isHeadInPlace || isWeight;
            m_use.isHeadFused = m_use.isHeadFused && isWeight;
        } else if (at.module->kind == ModuleKind::Embedding) {
            m_use.trainsInput = true;
            const bool isTable =
                at.module == &m_blueprint.modules.front() && tensor.name == at.module->weightName();
            m_use.trainsTable = m_use.trainsTable || isTable;
            if (isTable && m_blueprint.tiedHead) {
                m_use.trainsHead = m_use.isHeadInPlace = true;
            }
        }
    }

private:
    void placeInBlock(BlockUse& block, const nn::TrainableTensor& tensor, const TensorPlace& at)
    {
        const std::string_view word = lastWord(tensor.name);
        if (at.module == nullptr) { // a module of the method's own
            placeAtSite(block, tensor);
            return;
        }
        if (!at.module->isLinear()) {
            block.normNumbers += tensor.numel();
            return;
        }
        ProductUse& product = block.products[productOf(*at.module)];
        if (word == kA) {
            product.ranks.push_back({tensor.shape.front(), 0, false});
        } else if (word == kB) {
            product.ranks.back().rows = tensor.shape.front();
        } else if (word == kVeraB) {
            product.ranks.push_back({0, tensor.shape.front(), true});
            block.isFused = block.isFused && product.rescaled == 0;
        } else if (word == kVeraD) {
            product.ranks.back().rank = tensor.shape.front();
        } else if (word == kLengths) {
            product.hasLengths = true;
            block.isFused = block.isFused && !m_startsInside && product.rescaled == 0;
        } else if (word != kE) {
            placeInPlace(block, product, tensor, *at.module);
        }
    }

    void placeAtSite(BlockUse& block, const nn::TrainableTensor& tensor)
    {
        const bool isAttention = tensor.name.find(".attention_adapter.") != std::string::npos;
        SiteUse& site = block.sites[static_cast<std::size_t>(isAttention ? nn::Site::AttentionOutput
                                                                         : nn::Site::MlpOutput)];
        if (tensor.name.ends_with(".norm.weight")) {
            site.hasNorm = true;
        } else if (tensor.name.ends_with(".down.weight")) {
            // One at a site, and none beside another sub-layer.
            block.isFused = block.isFused && site.inner == 0 && !m_blueprint.isParallel;
            site.inner += tensor.shape.front();
        }
    }

    // The weight or bias itself, or numbers that its outputs or inputs are multiplied with.
    void placeInPlace(BlockUse& block,
                      ProductUse& product,
                      const nn::TrainableTensor& tensor,
                      const ModuleSpec& module)
    {
        if (tensor.name == module.biasName()) {
            product.biases += tensor.numel();
            return;
        }
        if (tensor.name == module.weightName()) {
            product.trained += tensor.numel();
            product.frozen -= tensor.numel();
        } else if (tensor.shape.back() > 1) { // a row: of inputs
            product.rescaledInputs += tensor.numel();
            block.isFused = block.isFused && &product == &block.products[kContract];
        } else {
            product.rescaled += tensor.numel();
            block.isFused = block.isFused && !product.hasLengths && !product.hasSharedRanks();
        }
    }

    // Rows among the embeddings, or with more numbers than these keys and values of every block.
    void placeTokens(const nn::TrainableTensor& tensor)
    {
        const bool areRows = tensor.shape.back() == m_blueprint.hiddenSize;
        m_use.trainsInput = m_use.trainsInput || areRows;
        m_use.endsRuns = m_use.endsRuns || tensor.shape.size() == 3;
        for (BlockUse& block : m_use.blocks) {
            block.isTrained = block.isTrained || !areRows;
        }
    }

    const nn::Blueprint& m_blueprint;
    bool m_startsInside;
    ModelUse& m_use;
};

// One run is one function: a backward goes through all of it or none. It begins where training
// does.
std::vector<BlockRun> runsOf(const ModelUse& use)
{
    std::vector<BlockRun> runs;
    bool flows = use.trainsInput;
    for (std::size_t next = 0; next < use.blocks.size(); next += runs.back().count) {
        BlockRun run{next, 1, use.blocks[next].isFused, flows || use.blocks[next].isTrained, flows};
        while (run.isFused && !use.endsRuns && next + run.count < use.blocks.size()
               && use.blocks[next + run.count].isFused
               && (run.hasGradient || !use.blocks[next + run.count].isTrained)) {
            ++run.count;
        }
        flows = run.hasGradient;
        runs.push_back(run);
    }
    return runs;
}

} // namespace

int64_t ProductUse::features() const
{
    return std::accumulate(outputs.begin(), outputs.end(), int64_t{0});
}

bool ProductUse::hasSharedRanks() const
{
    return std::any_of(ranks.begin(), ranks.end(), [](const RankUse& use) { return use.isShared; });
}

int64_t ProductUse::rankSum() const
{
    return std::accumulate(ranks.begin(),
                           ranks.end(),
                           int64_t{0},
                           [](int64_t sum, const RankUse& use) { return sum + use.rank; });
}

ModelUse useOf(const std::vector<nn::TrainableTensor>& tensors,
               const nn::Blueprint& blueprint,
               bool packs,
               bool startsInside)
{
    ModelUse use;
    use.blocks = blocksOf(blueprint);
    for (BlockUse& block : use.blocks) {
        block.isFused = packs && isStandard(block);
    }
    int64_t embeddings = 0;
    for (const ModuleSpec& module : blueprint.modules) {
        embeddings += module.kind == ModuleKind::Embedding ? 1 : 0;
    }
    use.isRotary = embeddings == 1; // else positions are learnt
    use.isHeadFused = packs;
    Placing placing(blueprint, startsInside, use);
    const std::vector<TensorPlace> places = placesOf(tensors, blueprint);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        placing.place(tensors[i], places[i]);
    }
    for (BlockUse& block : use.blocks) {
        for (const ProductUse& product : block.products) {
            const bool hasFactors = product.rescaled + product.rescaledInputs > 0;
            const bool isKnown = product.trained == 0 || !(product.hasLengths || hasFactors);
            block.isFused = block.isFused && isKnown;
            use.hasComposedLengths =
                use.hasComposedLengths || (product.hasLengths && !block.isFused);
        }
    }
    use.runs = runsOf(use);
    return use;
}

} // namespace engine::estimate
