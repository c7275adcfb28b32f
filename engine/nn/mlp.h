// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The feed-forward part of a block: gated (Llama: down(act(gate x) · up x)) or plain (GPT-2:
// down(act(up x))).
#pragma once

#include "engine/kernels/activation.h"
#include "engine/nn/linear.h"

#include <memory>
#include <vector>

namespace engine::nn {

enum class MlpInput { Separate, Fused };

class Mlp
{
public:
    // gate: null for a plain MLP, or with MlpInput::Fused, where `up` gives [gate | up].
    Mlp(std::unique_ptr<Linear> gate,
        std::unique_ptr<Linear> up,
        std::unique_ptr<Linear> down,
        kernels::Activation activation,
        MlpInput input = MlpInput::Separate);

    // x [tokens, hidden] → [tokens, hidden]. The gated form is one fused Function when every
    // adapter is low-rank.
    at::Tensor forward(const at::Tensor& x, const Pass& pass) const;

    std::vector<Linear*> linears();

    // Whether one layer gives gate and up (Phi-3).
    bool isFused() const { return m_input == MlpInput::Fused; }
    bool hasGate() const { return isFused() || m_gate != nullptr; }
    int64_t inner() const { return isFused() ? m_up->spec().out / 2 : m_up->spec().out; }
    // Whether gate and up both begin a panel of the packed kernels.
    bool isPanelled() const;
    const Linear* gate() const { return m_gate.get(); }
    const Linear& up() const { return *m_up; }
    const Linear& down() const { return *m_down; }
    kernels::Activation activation() const { return m_activation; }

private:
    std::unique_ptr<Linear> m_gate;
    std::unique_ptr<Linear> m_up;
    std::unique_ptr<Linear> m_down;
    kernels::Activation m_activation;
    MlpInput m_input;
};

} // namespace engine::nn
