// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/decode_plan.h"

#include <algorithm>
#include <cassert>
#include <functional>

namespace engine::nn {

namespace {

using kernels::PackedType;
using kernels::Part;
using kernels::WeightView;

bool isKnownType(const at::Tensor& tensor)
{
    const at::ScalarType type = tensor.scalar_type();
    return tensor.is_cpu() && (type == at::kFloat || type == at::kBFloat16 || type == at::kHalf);
}

bool isKnownTable(const Embedding& table)
{
    return table.isQuantized() ? table.device().is_cpu() : isKnownType(table.weight());
}

void copyInto(FloatRow& row, int64_t offset, const at::Tensor& tensor)
{
    const at::Tensor values = floatsOf(tensor);
    std::copy_n(values.const_data_ptr<float>(), values.numel(), row.data() + offset);
}

FloatRow rowOf(const at::Tensor& tensor)
{
    FloatRow row(
        static_cast<std::size_t>(kernels::roundedUp(tensor.numel(), kernels::kPanelFeatures)));
    copyInto(row, 0, tensor);
    return row;
}

using Layers = std::vector<const Linear*>;

// The features that these rows of a layer are, whose first is `offset`, times their factors.
void multiplyFeatures(FloatRow& features,
                      const kernels::RowSlice& rows,
                      const at::Tensor& factors,
                      int64_t offset)
{
    const at::Tensor values = floatsOf(factors);
    const auto* from = values.const_data_ptr<float>();
    for (int64_t g = 0; g < rows.groups; ++g, from += rows.chunk) {
        float* const to = features.data() + offset + rows.offset + g * rows.stride;
        std::transform(from, from + rows.chunk, to, to, std::multiplies());
    }
}

void addGains(PlannedGroup& group,
              const kernels::RowSlice& rows,
              const at::Tensor& gains,
              int64_t offset)
{
    group.gains.resize(static_cast<std::size_t>(group.features), 1);
    multiplyFeatures(group.gains, rows, gains, offset);
}

void addUpdates(PlannedGroup& group, const Linear& layer, int64_t offset)
{
    for (const Adapter* adapter : layer.adapters()) {
        if (const std::optional<ScaleUpdate> scale = adapter->scale(Pass())) {
            if (!scale->isOfInputs) { // behind the bias
                addGains(group, scale->rows, scale->factors, offset);
                if (!group.bias.empty()) {
                    multiplyFeatures(group.bias, scale->rows, scale->factors, offset);
                }
            }
            continue;
        }
        const std::optional<LengthUpdate> attached = packableUpdate(*adapter, Pass());
        assert(attached);
        const kernels::LowRank update = kernels::withoutScales(attached->update);
        if (attached->magnitude.defined()) {
            addGains(group, update.rows, adapter->gain(), offset);
        }
        PlannedUpdate planned;
        planned.a = floatsOf(update.a);
        planned.b = floatsOf(update.b);
        planned.scale = static_cast<float>(update.scale);
        planned.rows = update.rows;
        planned.rows.offset += offset;
        planned.innerOffset = group.ranks;
        group.ranks += planned.rank();
        group.updates.push_back(std::move(planned));
    }
}

PlannedGroup
groupOf(PackedWeights& packed, const Layers& layers, PackedType type, kernels::Part part)
{
    PlannedGroup group;
    group.part = part;
    if (PackedGroup::canPack(layers)) {
        PackedGroup& frozen = packed.group(layers, type);
        if (frozen.isQuantized()) {
            group.quantized = &frozen;
        } else {
            group.shared = &frozen.forOutput();
        }
    } else {
        std::vector<WeightView> views;
        for (const Linear* layer : layers) {
            views.push_back(viewOf(layer->weight()));
        }
        group.own = kernels::packForOutput(views, type);
    }
    for (const Linear* layer : layers) {
        group.offsets.push_back(group.features);
        group.features += kernels::roundedUp(layer->spec().out, kernels::kPanelFeatures);
    }
    group.width = layers.front()->spec().in;
    const bool hasBias = std::any_of(
        layers.begin(), layers.end(), [](const Linear* layer) { return layer->bias().defined(); });
    group.bias.resize(hasBias ? static_cast<std::size_t>(group.features) : 0);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i]->bias().defined()) {
            copyInto(group.bias, group.offsets[i], layers[i]->bias());
        }
        addUpdates(group, *layers[i], group.offsets[i]);
    }
    return group;
}

PlannedNorm normOf(const Norm& norm)
{
    return {norm.kind() == NormKind::Layer ? NormKind::Layer : NormKind::Rms,
            norm.epsilon(),
            rowOf(norm.factor()),
            norm.bias().defined() ? rowOf(norm.bias()) : FloatRow()};
}

std::optional<PlannedNorm> normOf(const Norm* norm)
{
    return norm == nullptr ? std::nullopt : std::optional(normOf(*norm));
}

PlannedSite siteOf(const BottleneckForm& form)
{
    PlannedSite site;
    site.readsStream = form.readsStream;
    if (form.normWeight.defined()) {
        site.norm = {
            NormKind::Layer, form.normEpsilon, rowOf(form.normWeight), rowOf(form.normBias)};
    }
    site.down = floatsOf(form.down);
    site.up = floatsOf(form.up);
    site.scale = static_cast<float>(form.scale);
    site.downBias = rowOf(form.downBias);
    site.upBias = rowOf(form.upBias);
    for (float& bias : site.upBias) {
        bias *= site.scale;
    }
    site.activation = form.activation;
    return site;
}

PlannedSum sumOf(const Norm* norm, const std::vector<const SiteModule*>& modules)
{
    PlannedSum sum{normOf(norm), {}};
    for (const SiteModule* module : modules) {
        sum.sites.push_back(siteOf(*module->bottleneck(Pass())));
    }
    return sum;
}

PlannedBlock blockOf(PackedWeights& packed, const Block& block, PackedType type, int64_t positions)
{
    const Attention& attention = block.attention();
    const Mlp& mlp = block.mlp();
    PlannedBlock planned;
    planned.attentionNorm = normOf(block.attentionNorm());
    Layers inputs;
    for (const auto& input : attention.inputs()) {
        inputs.push_back(input.get());
    }
    planned.attentionInput = groupOf(packed, inputs, type, Part::AttendProduct);
    if (inputs.size() == 1) {
        planned.keyOffset = attention.fusedOffsets()[1];
        planned.valueOffset = attention.fusedOffsets()[2];
    } else {
        planned.keyOffset = planned.attentionInput.offsets[1];
        planned.valueOffset = planned.attentionInput.offsets[2];
    }
    planned.headStride = attention.headStride();
    planned.isParallel = !block.isSequential();
    planned.queryNorm = normOf(attention.queryNorm());
    planned.keyNorm = normOf(attention.keyNorm());
    planned.window = attention.window();
    const Rotary* rotary = attention.rotary();
    planned.rotary = rotary == nullptr ? nullptr : &rotary->table(positions);
    planned.attentionOutput = groupOf(packed, {&attention.output()}, type, Part::ProjectProduct);
    planned.attentionSum = sumOf(block.attentionOutputNorm(), block.modules(Site::AttentionOutput));
    planned.mlpNorm = normOf(block.mlpNorm());
    planned.isGated = mlp.hasGate();
    planned.mlpInput =
        groupOf(packed,
                mlp.gate() != nullptr ? Layers{mlp.gate(), &mlp.up()} : Layers{&mlp.up()},
                type,
                Part::ExpandProduct);
    planned.activation = mlp.activation();
    for (const Adapter* adapter : mlp.down().adapters()) {
        const std::optional<ScaleUpdate> scale = adapter->scale(Pass());
        if (scale && scale->isOfInputs) {
            planned.innerFactors.resize(static_cast<std::size_t>(mlp.inner()), 1);
            multiplyFeatures(
                planned.innerFactors, kernels::RowSlice::plain(0, mlp.inner()), scale->factors, 0);
        }
    }
    planned.mlpOutput = groupOf(packed, {&mlp.down()}, type, Part::ContractProduct);
    planned.mlpSum = sumOf(block.mlpOutputNorm(), block.modules(Site::MlpOutput));
    return planned;
}

// Factors stand behind all else; of inputs the last layer of an MLP alone may have some.
bool isPlannable(const Linear& layer, bool mayScaleInputs = false)
{
    const bool isKnown =
        layer.isQuantized() ? PackedGroup::canPack(layer) : isKnownType(layer.weight());
    bool hasFactors = false; // of outputs
    return isKnown
           && std::all_of(
               layer.adapters().begin(), layer.adapters().end(), [&](const Adapter* adapter) {
                   const std::optional<ScaleUpdate> scale = adapter->scale(Pass());
                   if (!scale) {
                       return !hasFactors && packableUpdate(*adapter, Pass()).has_value();
                   }
                   hasFactors = hasFactors || !scale->isOfInputs;
                   return !scale->isOfInputs || mayScaleInputs;
               });
}

// Layers that read one input are all quantised or none.
bool isOneKind(const Linear& one, const Linear* other)
{
    return other == nullptr || one.isQuantized() == other->isQuantized();
}

bool isPlannable(const std::vector<const SiteModule*>& modules)
{
    return std::all_of(modules.begin(), modules.end(), [](const SiteModule* module) {
        return module->bottleneck(Pass()).has_value();
    });
}

bool isPlannable(const Block& block, int64_t positions)
{
    const auto& inputs = block.attention().inputs();
    const Mlp& mlp = block.mlp();
    return isPlannable(block.modules(Site::AttentionOutput))
           && isPlannable(block.modules(Site::MlpOutput)) && block.isStandard() && mlp.isPanelled()
           && block.attention().hasOneTableUpTo(positions)
           && std::all_of(inputs.begin(),
                          inputs.end(),
                          [&inputs](const auto& input) {
                              return isPlannable(*input) && isOneKind(*input, inputs.front().get());
                          })
           && isPlannable(block.attention().output())
           && (mlp.gate() == nullptr || isPlannable(*mlp.gate())) && isPlannable(mlp.up())
           && isOneKind(mlp.up(), mlp.gate()) && isPlannable(mlp.down(), /*mayScaleInputs=*/true);
}

} // namespace

at::Tensor floatsOf(const at::Tensor& tensor)
{
    return tensor.defined() ? tensor.detach().to(at::kFloat).contiguous() : tensor;
}

std::size_t DecodePlan::weightBytes() const
{
    std::size_t bytes = head.bytes();
    for (const PlannedBlock& block : blocks) {
        for (const PlannedGroup* group :
             {&block.attentionInput, &block.attentionOutput, &block.mlpInput, &block.mlpOutput}) {
            bytes += group->bytes();
        }
    }
    return bytes;
}

int64_t DecodePlan::mostInner() const
{
    int64_t most = head.ranks;
    for (const PlannedBlock& block : blocks) {
        for (const PlannedGroup* group :
             {&block.attentionInput, &block.attentionOutput, &block.mlpInput, &block.mlpOutput}) {
            most = std::max(most, group->ranks);
        }
        for (const PlannedSum* sum : {&block.attentionSum, &block.mlpSum}) {
            for (const PlannedSite& site : sum->sites) {
                most = std::max(most, site.inner());
            }
        }
    }
    return most;
}

bool DecodePlan::addsApart() const
{
    return std::any_of(blocks.begin(), blocks.end(), [](const PlannedBlock& block) {
        return !block.attentionOutput.gains.empty() || !block.attentionSum.isPlain()
               || !block.mlpOutput.gains.empty() || !block.mlpSum.isPlain();
    });
}

bool isPlannable(const Decoder& decoder, int64_t capacity)
{
    const Decoder::Parts& parts = decoder.parts();
    const int64_t positions = capacity + decoder.virtualCount();
    return kernels::decodeKernels() != nullptr && !parts.blocks.empty()
           && isKnownTable(parts.tokenEmbedding)
           && (!parts.positionEmbedding.isDefined() || isKnownTable(parts.positionEmbedding))
           && (decoder.dtype() == at::kFloat || decoder.dtype() == at::kBFloat16)
           && isPlannable(*parts.head)
           && std::all_of(parts.blocks.begin(), parts.blocks.end(), [&](const Block& block) {
                  return isPlannable(block, positions);
              });
}

DecodePlan planOf(const Decoder& decoder, int64_t capacity)
{
    const Decoder::Parts& parts = decoder.parts();
    DecodePlan plan;
    plan.type = decoder.dtype() == at::kBFloat16 ? PackedType::BFloat16 : PackedType::Float32;
    plan.attention = parts.blocks.front().attention().shape();
    plan.scoreScale = static_cast<float>(parts.blocks.front().attention().scoreScale());
    plan.scoreCap = static_cast<float>(parts.blocks.front().attention().softCap());
    plan.logitCap = static_cast<float>(parts.logitCap);
    const int64_t positions = capacity + decoder.virtualCount();
    for (const Block& block : parts.blocks) {
        plan.blocks.push_back(blockOf(decoder.packed(), block, plan.type, positions));
    }
    plan.finalNorm = normOf(*parts.finalNorm);
    plan.head = groupOf(decoder.packed(), {parts.head.get()}, plan.type, Part::Head);
    return plan;
}

} // namespace engine::nn
