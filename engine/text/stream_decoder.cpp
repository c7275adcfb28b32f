// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/stream_decoder.h"

namespace engine::text {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

} // namespace

std::string StreamDecoder::push(int64_t id)
{
    if (m_tokenizer.bridge().isSpecial(id)) {
        return {};
    }
    m_ids.push_back(id);
    // A run of single bytes is valid or not as a whole, so it waits for its end.
    if (m_tokenizer.bridge().isFallbackByte(id)) {
        return {};
    }
    const auto at = [&](size_t index) {
        return m_ids.begin() + static_cast<std::ptrdiff_t>(index);
    };
    const auto context = m_tokenizer.decode({at(m_context), at(m_pending)});
    const auto window = m_tokenizer.decode({at(m_context), m_ids.end()});
    if (!window.starts_with(context) || window.size() == context.size()
        || window.ends_with(kReplacement)) {
        return {};
    }
    m_context = m_pending;
    m_pending = m_ids.size();
    m_emittedBytes += window.size() - context.size();
    return window.substr(context.size());
}

std::string StreamDecoder::finish()
{
    const auto all = m_tokenizer.decode(m_ids);
    auto rest = m_emittedBytes < all.size() ? all.substr(m_emittedBytes) : std::string();
    m_ids.clear();
    m_emittedBytes = m_context = m_pending = 0;
    return rest;
}

} // namespace engine::text
