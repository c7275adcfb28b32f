// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/mlp.h"

#include "engine/kernels/gated_mlp.h"
#include "engine/kernels/packed_matrix.h"

#include <ATen/TensorOperators.h>

namespace engine::nn {

Mlp::Mlp(std::unique_ptr<Linear> gate,
         std::unique_ptr<Linear> up,
         std::unique_ptr<Linear> down,
         kernels::Activation activation,
         MlpInput input)
    : m_gate(std::move(gate)), m_up(std::move(up)), m_down(std::move(down)),
      m_activation(activation), m_input(input)
{
}

at::Tensor Mlp::forward(const at::Tensor& x, const Pass& pass) const
{
    if (isFused()) {
        const std::vector<at::Tensor> gateUp = m_up->forward(x, pass).chunk(2, 1);
        return m_down->forward(kernels::activate(gateUp[0], m_activation) * gateUp[1], pass);
    }
    if (m_gate == nullptr) {
        return m_down->forward(kernels::activate(m_up->forward(x, pass), m_activation), pass);
    }
    if (m_gate->isFusable(pass) && m_up->isFusable(pass) && m_down->isFusable(pass)) {
        const at::ScalarType dtype = x.scalar_type();
        const bool recomputes = pass.recompute == Recompute::Mlp;
        return (recomputes ? kernels::gatedMlpRecomputed
                           : kernels::gatedMlp)(x,
                                                m_gate->matrix(pass, dtype),
                                                m_up->matrix(pass, dtype),
                                                m_down->matrix(pass, dtype),
                                                m_activation);
    }
    const std::vector<const Linear*> inputs = {m_gate.get(), m_up.get()};
    const std::vector<at::Tensor> gateUp = forwardGroup(inputs, x, pass);
    return m_down->forward(kernels::activate(gateUp[0], m_activation) * gateUp[1], pass);
}

bool Mlp::isPanelled() const
{
    return !isFused() || inner() % kernels::kPanelFeatures == 0;
}

std::vector<Linear*> Mlp::linears()
{
    std::vector<Linear*> all;
    if (m_gate != nullptr) {
        all.push_back(m_gate.get());
    }
    all.push_back(m_up.get());
    all.push_back(m_down.get());
    return all;
}

} // namespace engine::nn
