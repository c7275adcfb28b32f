// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/packed_weights.h"

#include "engine/kernels/weight_gradient.h"
#include "engine/tensors/mapped_pages.h"

namespace engine::nn {

namespace {

// Weights from files may be inference tensors, which have no version and cannot change.
uint32_t versionOf(const at::Tensor& tensor)
{
    return tensor.is_inference() ? 0 : static_cast<uint32_t>(tensor._version());
}

// Once packed they are held twice; what else needs one reads it from its file again.
void letGoOf(const std::vector<at::Tensor>& weights)
{
    for (const at::Tensor& weight : weights) {
        tensors::letGoOfPages(weight.const_data_ptr(), weight.nbytes());
    }
}

} // namespace

bool isTrained(const at::Tensor& tensor)
{
    return tensor.defined() && tensor.requires_grad();
}

kernels::WeightView viewOf(const at::Tensor& weight)
{
    const at::ScalarType type = weight.scalar_type();
    return {weight.const_data_ptr(),
            type == at::kFloat      ? kernels::WeightView::Type::Float32
            : type == at::kBFloat16 ? kernels::WeightView::Type::BFloat16
                                    : kernels::WeightView::Type::Float16,
            weight.size(0),
            weight.size(1),
            weight.stride(0),
            weight.stride(1)};
}

std::vector<float> roundedNumbers(const at::Tensor& numbers, kernels::PackedType type)
{
    const bool isFloat = type == kernels::PackedType::Float32;
    const at::Tensor wide =
        numbers.detach().to(isFloat ? at::kFloat : at::kBFloat16).to(at::kFloat).contiguous();
    const auto* first = wide.const_data_ptr<float>();
    return {first, first + wide.numel()};
}

bool isPackable(at::ScalarType dtype)
{
    return dtype == at::kFloat || dtype == at::kBFloat16;
}

kernels::PackedType packedTypeOf(at::ScalarType dtype)
{
    return dtype == at::kFloat ? kernels::PackedType::Float32 : kernels::PackedType::BFloat16;
}

PackedGroup::PackedGroup(std::vector<const Linear*> layers, kernels::PackedType type)
    : m_layers(std::move(layers)), m_type(type)
{
    for (const Linear* layer : m_layers) {
        m_biases.push_back(layer->bias());
        if (layer->isQuantized()) {
            m_quantized.push_back(layer->quantized());
            m_views.push_back({nullptr, {}, layer->spec().out, layer->spec().in, 0, 0});
            continue;
        }
        m_weights.push_back(layer->weight());
        m_versions.push_back(versionOf(layer->weight()));
        m_views.push_back(viewOf(layer->weight()));
    }
    m_isTrained = hasTrainedWeight();
    const bool hasBias = std::any_of(
        m_biases.begin(), m_biases.end(), [](const at::Tensor& bias) { return bias.defined(); });
    m_bias.resize(hasBias ? static_cast<std::size_t>(features()) : 0);
    readBiases();
}

void PackedGroup::readBiases()
{
    m_hasTrainedBias = false;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        if (m_biases[i].defined()) {
            const std::vector<float> bias = roundedNumbers(m_biases[i], m_type);
            std::copy(bias.begin(), bias.end(), m_bias.begin() + offset(i));
        }
        m_hasTrainedBias = m_hasTrainedBias || isTrained(m_biases[i]);
    }
}

bool PackedGroup::hasTrainedWeight() const
{
    return std::any_of(m_weights.begin(), m_weights.end(), isTrained);
}

void PackedGroup::refresh()
{
    for (std::size_t i = 0; m_isTrained && i < m_weights.size(); ++i) {
        m_views[i] = viewOf(m_weights[i]); // their numbers may have moved
    }
    if (m_hasTrainedBias || std::any_of(m_biases.begin(), m_biases.end(), isTrained)) {
        readBiases();
    }
}

bool PackedGroup::canPack(const Linear& layer)
{
    if (layer.isQuantized()) {
        return layer.quantized()->device().is_cpu();
    }
    const at::ScalarType dtype = layer.weight().scalar_type();
    return !layer.weight().requires_grad() && layer.weight().is_cpu()
           && (isPackable(dtype) || dtype == at::kHalf);
}

bool PackedGroup::canPack(const std::vector<const Linear*>& layers)
{
    return std::all_of(layers.begin(), layers.end(), [&layers](const Linear* layer) {
        return layer->isQuantized() == layers.front()->isQuantized() && canPack(*layer);
    });
}

bool PackedGroup::canUnpack(const std::vector<const Linear*>& layers)
{
    return canPack(layers) || std::all_of(layers.begin(), layers.end(), [](const Linear* layer) {
               return !layer->isQuantized()
                      && (kernels::isTrainedInPlace(layer->weight()) || canPack(*layer));
           });
}

bool PackedGroup::isCurrent() const
{
    if (hasTrainedWeight() != m_isTrained) {
        return false;
    }
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const Linear& layer = *m_layers[i];
        const bool isSame = isQuantized()
                                ? layer.quantized() == m_quantized[i]
                                : layer.weight().is_same(m_weights[i])
                                      && (m_isTrained || versionOf(m_weights[i]) == m_versions[i]);
        if (!isSame || !layer.bias().is_same(m_biases[i])) {
            return false;
        }
    }
    return true;
}

std::pair<std::size_t, int64_t> PackedGroup::placeOf(int64_t panel) const
{
    std::size_t layer = m_layers.size() - 1;
    while (panel * kernels::kPanelFeatures < offset(layer)) {
        --layer;
    }
    return {layer, panel * kernels::kPanelFeatures - offset(layer)};
}

kernels::StoredWeight PackedGroup::stored(std::size_t layer) const
{
    return {m_views[layer], isQuantized() ? m_quantized[layer].get() : nullptr};
}

void PackedGroup::unpackForOutput(int64_t first,
                                  int64_t count,
                                  kernels::PackedMatrix& to,
                                  int64_t at) const
{
    for (int64_t i = 0; i < count; ++i) {
        const auto [layer, row] = placeOf(first + i);
        const int64_t rows = std::min(kernels::kPanelFeatures, m_views[layer].rows - row);
        kernels::unpackForOutput(
            stored(layer), {row, rows, 0, inputs()}, (at + i) * kernels::kPanelFeatures, to);
    }
}

void PackedGroup::unpackForInput(int64_t first, int64_t count, kernels::PackedMatrix& to) const
{
    const int64_t column = first * kernels::kPanelFeatures;
    const int64_t columns = std::min(count * kernels::kPanelFeatures, inputs() - column);
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
        kernels::unpackForInput(
            stored(layer), {0, m_views[layer].rows, column, columns}, offset(layer), to);
    }
}

void PackedGroup::multiplyPanel(
    int64_t panel, int64_t firstColumn, int64_t columns, const float* x, float* y) const
{
    const auto [layer, row] = placeOf(panel);
    const int64_t rows = std::min(kernels::kPanelFeatures, m_views[layer].rows - row);
    kernels::multiplyRows(*m_quantized[layer], {row, rows, firstColumn, columns}, x, y);
    std::fill(y + rows, y + kernels::kPanelFeatures, 0.0F);
}

std::size_t PackedGroup::quantizedBytes() const
{
    int64_t bytes = 0;
    for (const auto& weight : m_quantized) {
        bytes += weight->bytes();
    }
    return static_cast<std::size_t>(bytes);
}

const kernels::PackedMatrix& PackedGroup::forOutput()
{
    if (m_forOutput.isEmpty()) {
        m_forOutput = kernels::packForOutput(m_views, m_type);
        letGoOf(m_weights);
    }
    return m_forOutput;
}

const kernels::PackedMatrix& PackedGroup::forInput()
{
    if (m_forInput.isEmpty()) {
        m_forInput = kernels::packForInput(m_views, m_type);
        letGoOf(m_weights);
    }
    return m_forInput;
}

int64_t PackedGroup::offset(std::size_t layer) const
{
    return kernels::partOffset(m_views, layer);
}

PackedGroup& PackedWeights::group(const std::vector<const Linear*>& layers,
                                  kernels::PackedType type)
{
    std::unique_ptr<PackedGroup>& group = m_groups[layers];
    if (group == nullptr || group->type() != type || !group->isCurrent()) {
        group.reset(); // before the new one: never both
        group = std::make_unique<PackedGroup>(layers, type);
    } else {
        group->refresh();
    }
    return *group;
}

PackedGroup& PackedWeights::use(const std::vector<const Linear*>& layers, kernels::PackedType type)
{
    PackedGroup& used = group(layers, type);
    used.beginPass(m_mayKeepCopies);
    return used;
}

const SharedFactor& PackedWeights::sharedFactor(const at::Tensor& factor, kernels::PackedType type)
{
    const FactorKey key{
        factor.const_data_ptr(), factor.size(0), factor.size(1), factor.stride(0), type};
    const auto found = m_factors.find(key);
    if (found != m_factors.end() && found->second.version == versionOf(found->second.factor)) {
        return found->second;
    }
    // Of adapters that are gone nobody but this holds the storage.
    std::map<const void*, std::size_t> views;
    for (const auto& [place, held] : m_factors) {
        ++views[held.factor.storage().unsafeGetStorageImpl()];
    }
    std::erase_if(m_factors, [&views](const auto& entry) {
        const at::Storage& storage = entry.second.factor.storage();
        std::size_t& held = views[storage.unsafeGetStorageImpl()];
        return storage.use_count() == held && held-- > 0; // one of them goes with the entry
    });
    SharedFactor& shared = m_factors[key];
    shared.factor = factor.detach();
    shared.version = versionOf(factor);
    const kernels::WeightView view = viewOf(factor);
    shared.forOutput = kernels::packForOutput({&view, 1}, type);
    shared.forInput = kernels::packForInput({&view, 1}, type);
    return shared;
}

kernels::RowNorm PackedWeights::norm(const Norm& norm, kernels::PackedType type)
{
    const bool roundsOnce = norm.kind() == NormKind::OffsetRms;
    NormNumbers& numbers = m_norms[&norm];
    if (!numbers.weight.is_same(norm.weight()) || !numbers.bias.is_same(norm.bias())
        || numbers.type != type) {
        numbers = {norm.weight(), norm.bias(), type, {}};
        numbers.weights.resize(static_cast<std::size_t>(norm.weight().numel()));
        numbers.biases.resize(norm.bias().defined() ? numbers.weights.size() : 0);
    }
    // In their place: steps under way read there.
    if (!numbers.isWeightRead || isTrained(norm.weight())) {
        const auto precision = roundsOnce ? kernels::PackedType::Float32 : type;
        std::ranges::copy(roundedNumbers(norm.factor(), precision), numbers.weights.begin());
        numbers.isWeightRead = !isTrained(norm.weight());
    }
    if (norm.bias().defined() && (!numbers.isBiasRead || isTrained(norm.bias()))) {
        std::ranges::copy(roundedNumbers(norm.bias(), type), numbers.biases.begin());
        numbers.isBiasRead = !isTrained(norm.bias());
    }
    kernels::RowNorm row;
    row.weight = numbers.weights.data();
    row.bias = numbers.biases.empty() ? nullptr : numbers.biases.data();
    row.width = static_cast<int64_t>(numbers.weights.size());
    row.epsilon = static_cast<float>(norm.epsilon());
    row.roundsOnce = roundsOnce;
    return row;
}

} // namespace engine::nn
