// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/block_stack.h"

#include "engine/kernels/tracking.h"
#include "engine/nn/packed_bottleneck.h"
#include "engine/nn/stack_step.h"
#include "engine/nn/standard_block.h"
#include "engine/nn/unpacked_block.h"

#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/custom_function.h>

namespace engine::nn {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct BlockStack::Pool
{
    std::vector<std::unique_ptr<StackStep>> free;
    std::shared_ptr<UnpackedBlock> unpacked; // null: the last pass read panels that are kept
};

namespace {

// Whether one table of rotations, if any, serves all sequences.
bool hasTable(const Block& block, const Pass& pass)
{
    const Rotary* const rotary = block.attention().rotary();
    return rotary == nullptr || rotary->isBelowLimit(pass);
}

int64_t padded(int64_t count)
{
    return kernels::roundedUp(count, kernels::kPanelFeatures);
}

StackShape shapeOf(const Block& block)
{
    const Attention& attention = block.attention();
    const Mlp& mlp = block.mlp();
    const AttentionShape& heads = attention.shape();
    const int64_t queries = heads.heads * heads.headDim;
    const int64_t keys = heads.kvHeads * heads.headDim;
    const bool isFused = attention.inputs().size() == 1;
    StackShape shape;
    shape.hidden = attention.output().spec().out;
    shape.heads = heads.heads;
    shape.kvHeads = heads.kvHeads;
    shape.headDim = heads.headDim;
    if (isFused) {
        const auto offsets = attention.fusedOffsets();
        shape.keyColumn = offsets[1];
        shape.valueColumn = offsets[2];
    } else {
        shape.keyColumn = padded(queries);
        shape.valueColumn = shape.keyColumn + padded(keys);
    }
    shape.headStride = attention.headStride();
    shape.attendFeatures = isFused ? padded(queries + 2 * keys) : shape.valueColumn + padded(keys);
    shape.inner = mlp.inner();
    shape.upColumn = mlp.hasGate() ? padded(shape.inner) : 0;
    shape.expandFeatures = shape.upColumn + padded(shape.inner);
    shape.activation = mlp.activation();
    shape.isLayerNorm = block.attentionNorm().kind() == NormKind::Layer;
    shape.isParallel = !block.isSequential();
    shape.hasHeadNorms = attention.queryNorm() != nullptr;
    shape.hasOutputNorms = block.attentionOutputNorm() != nullptr;
    shape.scoreScale = static_cast<float>(attention.scoreScale());
    shape.softCap = static_cast<float>(attention.softCap());
    shape.rotaryHalf = attention.rotary() == nullptr ? 0 : attention.rotary()->half();
    return shape;
}

void requirePositions(const at::Tensor& positions, int64_t tokens, int64_t table)
{
    TORCH_CHECK(positions.dim() == 1 && positions.size(0) == tokens,
                "positions ",
                positions.sizes(),
                " do not fit ",
                tokens,
                " tokens");
    const at::Tensor all = positions.contiguous();
    const auto* position = all.const_data_ptr<int64_t>();
    TORCH_CHECK(std::all_of(position,
                            position + tokens,
                            [table](int64_t p) { return p >= 0 && p < table; }),
                "a position is outside the rotary table of ",
                table);
}

// Rows [count, heads, headDim] in float32, each without gaps: themselves where they are so.
at::Tensor rowsWithoutGaps(const at::Tensor& rows)
{
    const at::Tensor wide = rows.detach().to(at::kFloat);
    const bool hasGaps = wide.stride(2) != 1 || wide.stride(1) != wide.size(2);
    return hasGaps ? wide.contiguous() : wide;
}

// What a prefix gives a block, and room for its sums behind those of the plan.
GivenKeys givenKeys(const Pass& pass, int64_t layer, StackPlan& plan)
{
    GivenKeys given;
    if (plan.virtualRows.empty()) {
        return given;
    }
    std::tie(given.keys, given.values) = pass.virtualTokens->prefix(layer);
    if (given.keys.defined()) {
        given.keyRows = rowsWithoutGaps(given.keys);
        given.valueRows = rowsWithoutGaps(given.values);
        given.sums = plan.sums;
        plan.sums += given.keys.numel() + given.values.numel();
    }
    return given;
}

// A vector that may be trained, its sums where they are said to be.
TrainedVector trainedVector(const at::Tensor& values, int64_t sums)
{
    return isTrained(values) ? TrainedVector{values, sums} : TrainedVector();
}

// A norm, and room for the sums of what is trained of it.
NormPlan normPlan(const Norm& norm, PackedWeights& packed, kernels::PackedType type, int64_t& sums)
{
    NormPlan plan{packed.norm(norm, type), {}, {}};
    for (const auto& [values, trained] :
         {std::pair{&norm.weight(), &plan.weight}, std::pair{&norm.bias(), &plan.bias}}) {
        *trained = trainedVector(*values, sums);
        sums += trained->isThere() ? padded(plan.numbers.width) : 0;
    }
    return plan;
}

void planNorms(const Block& block,
               PackedWeights& packed,
               kernels::PackedType type,
               BlockPlan& planned,
               StackPlan& plan)
{
    const auto of = [&](const Norm& norm) { return normPlan(norm, packed, type, plan.sums); };
    planned.norms = {of(block.attentionNorm()), of(block.mlpNorm())};
    if (plan.shape.hasHeadNorms) {
        planned.queryNorm = of(*block.attention().queryNorm());
        planned.keyNorm = of(*block.attention().keyNorm());
    }
    if (plan.shape.hasOutputNorms) {
        planned.outputNorms = {of(*block.attentionOutputNorm()), of(*block.mlpOutputNorm())};
    }
}

// Factors around the product, and room for their sums.
void planFactors(const PackedGroup& group, const Pass& pass, ProductPlan& product, StackPlan& plan)
{
    for (std::size_t i = 0; i < group.layers().size(); ++i) {
        for (const Adapter* adapter : group.layers()[i]->adapters()) {
            const std::optional<ScaleUpdate> scale = adapter->scale(pass);
            if (!scale) {
                continue;
            }
            const at::Tensor factors = scale->factors.contiguous();
            if (scale->isOfInputs) {
                product.inputFactors = {factors, plan.sums};
                plan.sums += padded(product.inputs);
                plan.factoredWidth = std::max(plan.factoredWidth, padded(product.inputs));
            } else {
                product.factors.push_back({factors, scale->rows, group.offset(i)});
            }
        }
    }
    if (product.factors.empty()) {
        return;
    }
    product.factorGains.assign(static_cast<std::size_t>(product.features), 1);
    for (const OutputFactors& factors : product.factors) {
        const auto* const values = factors.factors.const_data_ptr<float>();
        for (int64_t row = 0; row < factors.factors.numel(); ++row) {
            product.factorGains[static_cast<std::size_t>(factors.feature(row))] = values[row];
        }
    }
    product.gainSums = plan.sums;
    plan.sums += product.features;
    plan.gainFeatures = std::max(plan.gainFeatures, product.features);
}

// The modules behind the sub-layers, those of the step before where they fit.
void planSites(const Block& block,
               const Pass& pass,
               kernels::PackedType type,
               std::array<std::unique_ptr<PackedBottleneck>, 2>& kept,
               BlockPlan& planned,
               StackPlan& plan)
{
    for (const Site site : kSites) {
        const auto which = static_cast<std::size_t>(site);
        std::unique_ptr<PackedBottleneck>& module = kept[which];
        std::optional<BottleneckForm> form = PackedBottleneck::formOf(block.modules(site), pass);
        if (!form) {
            module.reset();
            continue;
        }
        if (module == nullptr || !module->isFor(*form, type)) {
            module =
                std::make_unique<PackedBottleneck>(form->down.size(0), form->down.size(1), type);
        }
        module->adopt(std::move(*form));
        planned.sites[which] = {module.get(), plan.sums};
        plan.sums += module->sums();
    }
}

// One product, and room for its sums behind those of the plan.
ProductPlan productPlan(PackedGroup& group,
                        const LowRankGroup& low,
                        PackedWeights& packed,
                        const Pass& pass,
                        StackPlan& plan)
{
    ProductPlan product;
    product.group = &group;
    product.low = &low;
    product.inputs = group.inputs();
    product.features = group.features();
    if (!low.isEmpty()) {
        product.aSums = plan.sums;
        plan.sums += low.columns() * product.aStride();
        product.bSums = plan.sums;
        plan.sums += low.sums();
        plan.lowRankStride = std::max(plan.lowRankStride, low.stride());
        if (low.hasLengths()) {
            product.gainSums = plan.sums;
            plan.sums += product.features;
            plan.gainFeatures = std::max(plan.gainFeatures, product.features);
            plan.dropsLengths = plan.dropsLengths || low.dropsLengths();
        }
        if (low.hasDropout()) {
            plan.droppedWidth = std::max(plan.droppedWidth, group.inputs());
            plan.droppedUpdates =
                std::max(plan.droppedUpdates, static_cast<int64_t>(low.updates().size()));
        }
    }
    planFactors(group, pass, product, plan);
    for (std::size_t i = 0; i < group.layers().size(); ++i) {
        const Linear& layer = *group.layers()[i];
        if (isTrained(layer.weight())) {
            product.weights.push_back({layer.weight(), group.offset(i)});
        }
        const TrainedVector bias = trainedVector(layer.bias(), plan.sums + group.offset(i));
        if (bias.isThere()) {
            product.biases.push_back(bias);
        }
    }
    product.biasSums = plan.sums;
    plan.sums += product.biases.empty() ? 0 : product.features;
    product.scaled =
        scaledUpdatesOf(group, packed, pass, std::max(low.columns(), low.reach()), plan.sums);
    for (const ScaledUpdate& update : product.scaled) {
        plan.scaledRank = std::max(plan.scaledRank, update.rank());
        plan.scaledRows = std::max(plan.scaledRows, update.rows());
        if (update.factors.dropout > 0) {
            plan.droppedWidth = std::max(plan.droppedWidth, group.inputs());
            plan.droppedUpdates = std::max<int64_t>(plan.droppedUpdates, 1);
        }
    }
    return product;
}

// Keeps a step from the forward to the backward, then gives it back to its pool.
class HeldStep : public torch::CustomClassHolder
{
public:
    HeldStep(std::unique_ptr<StackStep> step,
             std::vector<std::unique_ptr<StackStep>>& pool,
             std::shared_ptr<void> keepsPool)
        : m_step(std::move(step)), m_pool(pool), m_keepsPool(std::move(keepsPool))
    {
    }
    ~HeldStep() override { m_pool.push_back(std::move(m_step)); }

    StackStep& step() { return *m_step; }

private:
    std::unique_ptr<StackStep> m_step;
    std::vector<std::unique_ptr<StackStep>>& m_pool;
    std::shared_ptr<void> m_keepsPool;
};

class StackFunction : public torch::autograd::Function<StackFunction>
{
public:
    static at::Tensor forward(AutogradContext* context,
                              const at::Tensor& x,
                              at::TensorList /*parameters*/,
                              const c10::intrusive_ptr<HeldStep>& held,
                              kernels::PoolTeam* team)
    {
        context->saved_data["step"] =
            at::IValue::make_capsule(c10::intrusive_ptr<torch::CustomClassHolder>(held));
        return held->step().forward(x, *team);
    }

    static variable_list backward(AutogradContext* context, const variable_list& outputGradients)
    {
        const auto holder = context->saved_data["step"].toCapsule();
        auto& held = static_cast<HeldStep&>(*holder);
        variable_list result = held.step().backward(outputGradients[0].contiguous());
        result.resize(result.size() + 2); // step and team are no tensors
        return result;
    }
};

} // namespace

BlockStack::BlockStack(std::span<const Block> blocks, PackedWeights& packed, Threads& threads)
    : m_blocks(blocks), m_packed(packed), m_threads(threads), m_pool(std::make_shared<Pool>())
{
}

BlockStack::~BlockStack() = default;

int64_t BlockStack::standardRun(std::size_t first, const at::Tensor& x, const Pass& pass) const
{
    if (kernels::packedKernels() == nullptr || pass.cache != nullptr || !x.is_cpu()
        || !isPackable(x.scalar_type()) || x.size(0) == 0
        || pass.sequences.queryOffsets != pass.sequences.keyOffsets) {
        return 0;
    }
    int64_t longest = 0;
    for (int64_t i = 0; i < pass.sequences.count(); ++i) {
        longest = std::max(longest, pass.sequences.queries(i));
    }
    int64_t count = 0;
    const bool isGradMode = at::GradMode::is_enabled();
    bool hasGradient = kernels::isTracked(x);
    for (std::size_t i = first; i < m_blocks.size(); ++i) {
        const auto layer = static_cast<int64_t>(i);
        if (!isStandardBlock(m_blocks[i], pass, longest)
            || shapeOf(m_blocks[i]) != shapeOf(m_blocks[first]) || !hasTable(m_blocks[i], pass)) {
            break;
        }
        // A run is one function: what is before the first that is trained needs no backward.
        const bool begins = isGradMode && !hasGradient && isTrainedBlock(m_blocks[i], pass, layer);
        if (begins && count > 0) {
            break;
        }
        hasGradient = hasGradient || begins;
        ++count;
        // The decoder replaces rows after this block.
        if (pass.virtualTokens != nullptr && pass.virtualTokens->stateAfterBlock(layer).defined()) {
            break;
        }
    }
    return count;
}

at::Tensor BlockStack::run(std::size_t first, int64_t count, const at::Tensor& x, const Pass& pass)
{
    const at::Tensor rows = x.contiguous();
    std::unique_ptr<StackStep> step = planned(first, count, rows, pass);
    const std::vector<at::Tensor> parameters = step->parameters();
    StackPlan& plan = step->plan();
    const auto held = c10::make_intrusive<HeldStep>(std::move(step), m_pool->free, m_pool);
    if (!plan.isTracked) {
        return held->step().forward(rows, m_threads.team());
    }
    return StackFunction::apply(rows, at::TensorList(parameters), held, &m_threads.team());
}

std::unique_ptr<StackStep>
BlockStack::planned(std::size_t first, int64_t count, const at::Tensor& x, const Pass& pass)
{
    const kernels::PackedType type = packedTypeOf(x.scalar_type());
    std::unique_ptr<StackStep> step;
    if (m_pool->free.empty()) {
        step = StackStep::make(type);
    } else {
        step = std::move(m_pool->free.back());
        m_pool->free.pop_back();
    }
    StackPlan& plan = step->plan();
    auto& lowRanks = step->lowRanks();
    plan.shape = shapeOf(m_blocks[first]);
    plan.sequences = pass.sequences;
    plan.tokens = x.size(0);
    plan.blocks.assign(static_cast<std::size_t>(count), {});
    plan.sums = plan.lowRankStride = plan.scaledRank = plan.scaledRows = plan.gainFeatures = 0;
    plan.droppedWidth = plan.droppedUpdates = plan.factoredWidth = 0;
    plan.needsInput = kernels::isTracked(x);
    plan.isTracked = plan.isUnpacked = plan.dropsLengths = false;
    lowRanks.resize(static_cast<std::size_t>(count));
    step->sites().resize(static_cast<std::size_t>(count));
    plan.virtualRows.clear();
    if (pass.virtualRows.defined()) {
        const auto* const row = pass.virtualRows.const_data_ptr<int64_t>();
        plan.virtualRows.assign(row, row + pass.virtualRows.numel());
        plan.virtualCount = pass.virtualTokens->count();
    }
    if (plan.shape.rotaryHalf > 0) {
        step->setPositions(pass.positions);
    }
    for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
        const Block& block = m_blocks[first + i];
        const auto products = productsOf(block);
        for (std::size_t which = 0; which < kProducts; ++which) {
            PackedGroup& group = m_packed.use(products[which], type);
            std::unique_ptr<LowRankGroup>& low = lowRanks[i][which];
            std::vector<GroupUpdate> updates = LowRankGroup::updatesOf(group, pass);
            if (low != nullptr && low->isFor(group, updates)) {
                low->adopt(std::move(updates));
            } else {
                low = std::make_unique<LowRankGroup>(group, std::move(updates));
            }
            plan.blocks[i].products[which] = productPlan(group, *low, m_packed, pass, plan);
            plan.isUnpacked = plan.isUnpacked || group.isUnpacked();
        }
        planNorms(block, m_packed, type, plan.blocks[i], plan);
        planSites(block, pass, type, step->sites()[i], plan.blocks[i], plan);
        plan.blocks[i].given = givenKeys(pass, static_cast<int64_t>(first + i), plan);
        plan.blocks[i].window = block.attention().window();
        if (const Rotary* rotary = block.attention().rotary()) {
            const kernels::RotaryTable& table = *rotary->tableFor(pass);
            requirePositions(pass.positions, x.size(0), table.cos.size(0));
            plan.blocks[i].cos = table.cos.const_data_ptr<float>();
            plan.blocks[i].sin = table.sin.const_data_ptr<float>();
        }
    }
    plan.isTracked = kernels::isTracked(step->parameters()) || plan.needsInput;
    plan.recompute = plan.isTracked ? pass.recompute : Recompute::None;
    step->setRoom(roomFor(plan));
    for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
        for (std::size_t which = 0; which < kProducts; ++which) {
            const bool isFirst = i == 0 && which == kAttend;
            const bool ends = isFirst && !plan.blocks[i].norms[0].isTrained();
            setPanels(plan, i, which, plan.isTracked && (plan.needsInput || !ends));
        }
    }
    return step;
}

// Null, and what there was is left to the steps that still read it, where all panels are kept.
std::shared_ptr<UnpackedBlock> BlockStack::roomFor(const StackPlan& plan)
{
    if (!plan.isUnpacked) {
        m_pool->unpacked.reset();
    } else if (m_pool->unpacked == nullptr) {
        m_pool->unpacked = std::make_shared<UnpackedBlock>();
    }
    return m_pool->unpacked;
}

void BlockStack::setPanels(StackPlan& plan, std::size_t block, std::size_t which, bool needsInput)
{
    ProductPlan& product = plan.blocks[block].products[which];
    PackedGroup& group = *product.group;
    if (!group.isUnpacked()) {
        product.output = &group.forOutput();
        product.input = needsInput ? &group.forInput() : nullptr;
        return;
    }
    UnpackedBlock& room = *m_pool->unpacked;
    product.unpackedOutput = &room.place(which, group, false);
    product.output = product.unpackedOutput;
    if (needsInput) {
        const bool isApart = plan.recompute != Recompute::None;
        product.unpackedInput = &room.place(which, group, isApart);
        product.input = product.unpackedInput;
    }
}

} // namespace engine::nn
