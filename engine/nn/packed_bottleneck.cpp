// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/packed_bottleneck.h"

#include "engine/nn/packed_weights.h"

#include <ATen/TensorOperators.h>

namespace engine::nn {

namespace {

bool isFloatOnProcessor(const at::Tensor& tensor)
{
    return !tensor.defined() || (tensor.is_cpu() && tensor.scalar_type() == at::kFloat);
}

// Each number times `scale`, into the first of `to`.
void copyRounded(const at::Tensor& numbers,
                 float scale,
                 kernels::PackedType type,
                 std::vector<float>& to)
{
    const std::vector<float> from = roundedNumbers(numbers, type);
    std::transform(
        from.begin(), from.end(), to.begin(), [scale](float value) { return scale * value; });
}

void pack(const at::Tensor& layer, kernels::PackedMatrix& output, kernels::PackedMatrix& input)
{
    const kernels::WeightView view = viewOf(layer);
    kernels::packInto(view, 0, 0, output);
    kernels::packInto(kernels::transposed(view), 0, 0, input);
}

} // namespace

PackedBottleneck::PackedBottleneck(int64_t inner, int64_t hidden, kernels::PackedType type)
    : m_inner(inner), m_hidden(hidden), m_downForOutput(inner, hidden, type),
      m_downForInput(hidden, inner, type), m_upForOutput(hidden, inner, type),
      m_upForInput(inner, hidden, type),
      m_downBias(static_cast<std::size_t>(m_downForOutput.features())),
      m_upBias(static_cast<std::size_t>(m_upForOutput.features())), m_normWeight(m_upBias),
      m_normBias(m_upBias)
{
}

std::optional<BottleneckForm>
PackedBottleneck::formOf(const std::vector<const SiteModule*>& modules, const Pass& pass)
{
    if (modules.size() != 1) {
        return std::nullopt;
    }
    std::optional<BottleneckForm> form = modules.front()->bottleneck(pass);
    if (form) {
        const auto tensors = form->tensors();
        if (!std::all_of(tensors.begin(), tensors.end(), isFloatOnProcessor)) {
            return std::nullopt;
        }
    }
    return form;
}

bool PackedBottleneck::isFor(const BottleneckForm& form, kernels::PackedType type) const
{
    return m_downForOutput.type() == type && m_inner == form.down.size(0)
           && m_hidden == form.down.size(1);
}

void PackedBottleneck::adopt(BottleneckForm form)
{
    m_form = std::move(form);
    m_scaledUp = m_form.scale == 1 ? m_form.up.detach() : m_form.up.detach() * m_form.scale;
    const kernels::PackedType type = m_downForOutput.type();
    copyRounded(m_form.downBias, 1, type, m_downBias);
    copyRounded(m_form.upBias, static_cast<float>(m_form.scale), type, m_upBias);
    if (hasNorm()) {
        copyRounded(m_form.normWeight, 1, type, m_normWeight);
        copyRounded(m_form.normBias, 1, type, m_normBias);
    }
}

void PackedBottleneck::fill()
{
    pack(m_form.down, m_downForOutput, m_downForInput);
    pack(m_scaledUp, m_upForOutput, m_upForInput);
}

kernels::RowNorm PackedBottleneck::norm() const
{
    return {m_normWeight.data(),
            m_normBias.data(),
            m_hidden,
            static_cast<float>(m_form.normEpsilon),
            /*roundsOnce=*/false};
}

int64_t PackedBottleneck::sum(Sum which) const
{
    const int64_t layer = m_inner * stride();
    const std::array<int64_t, Sums + 1> places = {0,
                                                  layer,
                                                  2 * layer,
                                                  2 * layer + innerStride(),
                                                  2 * layer + innerStride() + stride(),
                                                  2 * layer + innerStride() + 2 * stride(),
                                                  2 * layer + innerStride() + 3 * stride()};
    return places[which];
}

} // namespace engine::nn
