// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/continuation.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>

namespace engine::generate {

Continuation::Continuation(const nn::Decoder& decoder, int64_t capacity)
    : m_decoder(decoder), m_cache(decoder.blueprint().layers, capacity)
{
    if (nn::isPlannable(decoder)) {
        m_session = std::make_unique<nn::DecodeSession>(decoder, capacity);
    }
}

std::span<const float> Continuation::next(std::span<const int64_t> ids)
{
    const auto count = static_cast<int64_t>(ids.size());
    if (m_session) {
        m_length += count;
        return m_session->next(ids);
    }
    const at::NoGradGuard noGrad;
    nn::Pass pass;
    pass.sequences = {{0, count}, {0, count}};
    pass.positions = at::arange(m_length, m_length + count, at::kLong);
    pass.cache = &m_cache;
    m_length += count;
    const at::Tensor hidden = m_decoder.hidden(
        at::tensor(at::ArrayRef<int64_t>(ids.data(), ids.size()), at::kLong), pass);
    m_logits = m_decoder.logits(hidden.narrow(0, count - 1, 1), pass)
                   .squeeze(0)
                   .to(at::kFloat)
                   .cpu()
                   .contiguous();
    return {m_logits.const_data_ptr<float>(), static_cast<std::size_t>(m_logits.numel())};
}

} // namespace engine::generate
