// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/continuation.h"

#include <algorithm>

namespace engine::generate {

namespace {

// Of `prompt`, how many tokens need not be read again. Two are, because one alone is computed in
// another order than the rows of a prompt: answers shall not depend on what was asked before.
int64_t reusable(std::span<const int64_t> prompt, const ReadPrompt& before)
{
    constexpr int64_t kLeastRead = 2;
    const auto differ =
        std::mismatch(prompt.begin(), prompt.end(), before.ids.begin(), before.ids.end());
    return std::clamp<int64_t>(
        static_cast<int64_t>(prompt.size()) - kLeastRead, 0, differ.first - prompt.begin());
}

} // namespace

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
    if (m_session) {
        return m_session->next(ids);
    }
    const std::vector<int64_t> one(ids.begin(), ids.end());
    m_logits = m_composed->next({&one, 1});
    return {m_logits.const_data_ptr<float>(), static_cast<std::size_t>(m_logits.numel())};
}

std::span<const float> Continuation::read(std::span<const int64_t> prompt, ReadPrompt before)
{
    m_prompt.assign(prompt.begin(), prompt.end());
    m_reused = m_session && before.cache.capacity() > 0 ? reusable(prompt, before) : 0;
    if (m_reused > 0) {
        m_session->resume(std::move(before.cache), m_reused);
    }
    return next(prompt.subspan(static_cast<std::size_t>(m_reused)));
}

ReadPrompt Continuation::release()
{
    if (!m_session) {
        return {};
    }
    return {std::move(m_prompt), m_session->release()};
}

} // namespace engine::generate
