// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/continuation.h"

namespace engine::generate {

Continuation::Continuation(const nn::Decoder& decoder, int64_t capacity)
{
    if (nn::isPlannable(decoder, capacity)) {
        m_session = std::make_unique<nn::DecodeSession>(decoder, capacity);
    } else {
        m_composed = std::make_unique<CachedDecoder>(decoder, capacity);
    }
}

std::span<const float> Continuation::next(std::span<const int64_t> ids)
{
    m_length += static_cast<int64_t>(ids.size());
    if (m_session) {
        return m_session->next(ids);
    }
    const std::vector<int64_t> one(ids.begin(), ids.end());
    m_logits = m_composed->next({&one, 1});
    return {m_logits.const_data_ptr<float>(), static_cast<std::size_t>(m_logits.numel())};
}

} // namespace engine::generate
