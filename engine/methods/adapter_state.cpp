// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/methods/adapter_state.h"

#include "engine/nn/row_slices.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>

#include <algorithm>
#include <cmath>

namespace engine::methods {

double lowRankScale(double alpha, int64_t rank, bool usesRslora)
{
    const auto r = static_cast<double>(rank);
    return alpha / (usesRslora ? std::sqrt(r) : r);
}

double LowRankFactors::scale() const
{
    return lowRankScale(alpha, rank(), usesRslora);
}

LowRankFactors LowRankFactors::atRank(int64_t rank) const
{
    LowRankFactors cut = *this;
    const int64_t kept = std::min(rank, this->rank());
    cut.a = a.narrow(0, 0, kept).contiguous();
    cut.b = b.narrow(1, 0, kept).contiguous();
    return cut;
}

int64_t LowRankFactors::parameters() const
{
    return a.numel() + b.numel() + (bias.defined() ? bias.numel() : 0)
           + (magnitude.defined() ? magnitude.numel() : 0);
}

at::Tensor LowRankFactors::delta() const
{
    const at::Tensor product = at::matmul(b, a).mul_(scale());
    return isEmbedding ? product.t() : product;
}

kernels::LowRank LowRankFactors::update(at::Device device, double weight) const
{
    kernels::LowRank update;
    update.a = a.to(device);
    update.b = b.to(device);
    update.scale = scale() * weight;
    update.rows = rows;
    return update;
}

at::Tensor ModuleScale::scaled(const at::Tensor& parameter, double strength) const
{
    const at::Tensor wide = parameter.to(at::kFloat);
    const bool isBias = wide.dim() == 1;
    if (isOfInputs) {
        return isBias ? wide : wide * ((factors - 1) * strength + 1);
    }
    at::Tensor all = at::ones({wide.size(0)}, wide.options());
    all.index_copy_(0, nn::rowIndices(rows).to(wide.device()), (factors - 1) * strength + 1);
    return wide * (isBias ? all : all.unsqueeze(1));
}

int64_t AdapterState::parameters() const
{
    int64_t sum = 0;
    for (const LowRankFactors& factor : factors) {
        sum += isDerived ? 0 : factor.parameters();
    }
    for (const std::vector<ReplacedParameter>* tensors : {&replaced, &own}) {
        for (const ReplacedParameter& tensor : *tensors) {
            sum += tensor.value.numel();
        }
    }
    for (const AdapterState& further : with) {
        sum += further.parameters();
    }
    return sum;
}

} // namespace engine::methods
