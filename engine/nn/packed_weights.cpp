// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/packed_weights.h"

#include "engine/tensors/mapped_pages.h"

namespace engine::nn {

namespace {

kernels::WeightView viewOf(const at::Tensor& weight)
{
    kernels::WeightView view;
    view.data = weight.const_data_ptr();
    view.type = weight.scalar_type() == at::kFloat      ? kernels::WeightView::Type::Float32
                : weight.scalar_type() == at::kBFloat16 ? kernels::WeightView::Type::BFloat16
                                                        : kernels::WeightView::Type::Float16;
    view.rows = weight.size(0);
    view.columns = weight.size(1);
    view.rowStride = weight.stride(0);
    view.columnStride = weight.stride(1);
    return view;
}

// Weights from files may be inference tensors, which have no version and cannot change.
uint32_t versionOf(const at::Tensor& tensor)
{
    return tensor.is_inference() ? 0 : static_cast<uint32_t>(tensor._version());
}

std::vector<float> rounded(const at::Tensor& numbers, kernels::PackedType type)
{
    const bool isFloat = type == kernels::PackedType::Float32;
    const at::Tensor wide =
        numbers.to(isFloat ? at::kFloat : at::kBFloat16).to(at::kFloat).contiguous();
    const auto* first = wide.const_data_ptr<float>();
    return {first, first + wide.numel()};
}

// Once packed they are held twice; what else needs one reads it from its file again.
void letGoOf(const std::vector<at::Tensor>& weights)
{
    for (const at::Tensor& weight : weights) {
        tensors::letGoOfPages(weight.const_data_ptr(), weight.nbytes());
    }
}

} // namespace

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
        m_weights.push_back(layer->weight());
        m_biases.push_back(layer->bias());
        m_versions.push_back(versionOf(layer->weight()));
        m_views.push_back(viewOf(layer->weight()));
    }
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        if (m_biases[i].defined()) {
            m_bias.resize(static_cast<std::size_t>(features()));
            const std::vector<float> bias = rounded(m_biases[i], type);
            std::copy(bias.begin(), bias.end(), m_bias.begin() + offset(i));
        }
    }
}

bool PackedGroup::canPack(const Linear& layer)
{
    const at::ScalarType dtype = layer.weight().scalar_type();
    const bool isBiasFrozen = !layer.bias().defined() || !layer.bias().requires_grad();
    return isBiasFrozen && !layer.weight().requires_grad() && layer.weight().is_cpu()
           && (isPackable(dtype) || dtype == at::kHalf);
}

bool PackedGroup::isCurrent() const
{
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        if (!m_layers[i]->weight().is_same(m_weights[i])
            || !m_layers[i]->bias().is_same(m_biases[i])
            || versionOf(m_weights[i]) != m_versions[i]) {
            return false;
        }
    }
    return true;
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
    }
    return *group;
}

const PackedNorm& PackedWeights::norm(const Norm& norm, kernels::PackedType type)
{
    PackedNorm& packed = m_norms[&norm];
    if (!packed.weight.is_same(norm.weight()) || !packed.bias.is_same(norm.bias())
        || packed.type != type) {
        packed = {norm.weight(), norm.bias(), type, rounded(norm.factor(), type), {}};
        if (norm.bias().defined()) {
            packed.biases = rounded(norm.bias(), type);
        }
    }
    return packed;
}

} // namespace engine::nn
