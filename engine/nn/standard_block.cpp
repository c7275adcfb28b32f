// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/standard_block.h"

#include "engine/nn/packed_bottleneck.h"
#include "engine/nn/packed_weights.h"
#include "engine/nn/scaled_updates.h"

namespace engine::nn {

namespace {

bool isStandardNorm(const Norm& norm)
{
    return norm.weight().is_cpu() && (norm.kind() == NormKind::Layer) == norm.bias().defined();
}

bool isFloat(const at::Tensor& tensor)
{
    return tensor.is_cpu() && tensor.scalar_type() == at::kFloat;
}

// Whether none of these rows was taken yet; they are then.
bool takeRows(const kernels::RowSlice& rows, std::vector<bool>& taken)
{
    for (int64_t i = 0; i < rows.rows(); ++i) {
        const auto row = static_cast<std::size_t>(rows.row(i));
        if (taken[row]) {
            return false;
        }
        taken[row] = true;
    }
    return true;
}

bool isStandardUpdate(const Adapter& adapter, const Pass& pass)
{
    const std::optional<LengthUpdate> own = packableUpdate(adapter, pass);
    return own && isFloat(own->update.a) && own->update.b.scalar_type() == at::kFloat
           && (!own->update.hasScales() || isScaledUpdate(own->update));
}

// Low-rank updates, and behind them factors of outputs, of each at most one; factors of what an
// MLP's last layer reads. Beside a weight that is trained plain updates alone.
bool isStandardLinear(const Linear& layer, BlockProduct which, const Pass& pass)
{
    if (isTrained(layer.weight()) && !layer.isFusable(pass)) {
        return false;
    }
    bool hasInputFactors = false;
    std::vector<bool> factored; // of the outputs, once there are such
    for (const Adapter* adapter : layer.adapters()) {
        const std::optional<ScaleUpdate> scale = adapter->scale(pass);
        bool isStandard = false;
        if (!scale) {
            isStandard = factored.empty() && isStandardUpdate(*adapter, pass);
        } else if (scale->isOfInputs) {
            isStandard = which == kContract && !hasInputFactors && isFloat(scale->factors);
            hasInputFactors = true;
        } else {
            factored.resize(static_cast<std::size_t>(layer.spec().out));
            isStandard = isFloat(scale->factors) && takeRows(scale->rows, factored);
        }
        if (!isStandard) {
            return false;
        }
    }
    return true;
}

// Factors of outputs stand beside no other gains, and beside nothing that is added behind these.
bool hasStandardGains(const std::vector<const Linear*>& layers, const Pass& pass)
{
    bool hasFactors = false;
    bool hasOthers = false;
    for (const Linear* layer : layers) {
        for (const Adapter* adapter : layer->adapters()) {
            if (const std::optional<ScaleUpdate> scale = adapter->scale(pass)) {
                hasFactors = hasFactors || !scale->isOfInputs;
            } else {
                const std::optional<LengthUpdate> own = packableUpdate(*adapter, pass);
                hasOthers = hasOthers || own->magnitude.defined() || own->update.hasScales();
            }
        }
    }
    return !hasFactors || !hasOthers;
}

std::array<const Norm*, 6> normsOf(const Block& block)
{
    return {&block.attentionNorm(),
            &block.mlpNorm(),
            block.attention().queryNorm(),
            block.attention().keyNorm(),
            block.attentionOutputNorm(),
            block.mlpOutputNorm()};
}

bool hasStandardNorms(const Block& block)
{
    const std::array<const Norm*, 6> norms = normsOf(block);
    return std::all_of(norms.begin(), norms.end(), [](const Norm* norm) {
        return norm == nullptr || isStandardNorm(*norm);
    });
}

bool isTrainedAdapter(const Adapter& adapter, const Pass& pass)
{
    if (const std::optional<ScaleUpdate> scale = adapter.scale(pass)) {
        return isTrained(scale->factors);
    }
    const std::optional<LengthUpdate> own = packableUpdate(adapter, pass);
    return isTrained(own->magnitude) || isTrained(own->update.a) || isTrained(own->update.b)
           || isTrained(own->update.innerScale) || isTrained(own->update.outerScale);
}

bool isTrainedSite(const Block& block, Site site, const Pass& pass)
{
    const auto form = PackedBottleneck::formOf(block.modules(site), pass);
    const auto tensors = form ? form->tensors() : std::array<at::Tensor, 6>();
    return std::any_of(tensors.begin(), tensors.end(), isTrained);
}

bool hasStandardSites(const Block& block, const Pass& pass)
{
    return std::all_of(kSites.begin(), kSites.end(), [&](Site site) {
        const std::vector<const SiteModule*>& modules = block.modules(site);
        return modules.empty() || PackedBottleneck::formOf(modules, pass);
    });
}

} // namespace

std::array<std::vector<const Linear*>, kProducts> productsOf(const Block& block)
{
    std::array<std::vector<const Linear*>, kProducts> products;
    for (const auto& input : block.attention().inputs()) {
        products[kAttend].push_back(input.get());
    }
    products[kProject] = {&block.attention().output()};
    if (block.mlp().gate() != nullptr) {
        products[kExpand].push_back(block.mlp().gate());
    }
    products[kExpand].push_back(&block.mlp().up());
    products[kContract] = {&block.mlp().down()};
    return products;
}

bool isStandardBlock(const Block& block, const Pass& pass, int64_t longest)
{
    const bool hasHeads = block.attention().queryNorm() == nullptr
                          || block.attention().headStride() == block.attention().shape().headDim;
    if (!hasStandardSites(block, pass) || !block.isStandard() || !hasHeads
        || !block.mlp().isPanelled() || !block.attention().hasOneTableUpTo(longest)
        || !hasStandardNorms(block)) {
        return false;
    }
    const auto products = productsOf(block);
    for (std::size_t which = 0; which < kProducts; ++which) {
        const std::vector<const Linear*>& layers = products[which];
        const bool isStandard =
            PackedGroup::canUnpack(layers)
            && std::all_of(layers.begin(), layers.end(), [&](const Linear* layer) {
                   return isStandardLinear(*layer, BlockProduct(which), pass);
               });
        if (!isStandard || !hasStandardGains(layers, pass)) {
            return false;
        }
    }
    return true;
}

bool isTrainedBlock(const Block& block, const Pass& pass, int64_t layer)
{
    const auto norms = normsOf(block);
    if (std::any_of(norms.begin(), norms.end(), [](const Norm* norm) {
            return norm != nullptr && (isTrained(norm->weight()) || isTrained(norm->bias()));
        })) {
        return true;
    }
    for (const std::vector<const Linear*>& layers : productsOf(block)) {
        for (const Linear* one : layers) {
            const auto& adapters = one->adapters();
            if (isTrained(one->weight()) || isTrained(one->bias())
                || std::any_of(adapters.begin(), adapters.end(), [&pass](const Adapter* adapter) {
                       return isTrainedAdapter(*adapter, pass);
                   })) {
                return true;
            }
        }
    }
    const auto given = pass.virtualTokens == nullptr ? std::pair<at::Tensor, at::Tensor>()
                                                     : pass.virtualTokens->prefix(layer);
    return isTrained(given.first) || isTrained(given.second)
           || std::any_of(kSites.begin(), kSites.end(), [&](Site site) {
                  return isTrainedSite(block, site, pass);
              });
}

} // namespace engine::nn
