// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/generate/cached_decoder.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>

namespace engine::generate {

CachedDecoder::CachedDecoder(const nn::Decoder& decoder, int64_t capacity, int64_t sequences)
    : m_decoder(decoder), m_capacity(capacity),
      m_cache(decoder.blueprint().layers, capacity, sequences),
      m_ids(static_cast<std::size_t>(sequences))
{
}

at::Tensor CachedDecoder::next(std::span<const std::vector<int64_t>> ids)
{
    TORCH_CHECK(ids.size() == m_ids.size(), "CachedDecoder: not one continuation per sequence");
    const at::NoGradGuard noGrad;
    std::vector<int64_t> before;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        before.push_back(static_cast<int64_t>(m_ids[i].size()));
        m_ids[i].insert(m_ids[i].end(), ids[i].begin(), ids[i].end());
    }
    if (m_prompts.empty()) {
        for (const std::vector<int64_t>& prompt : m_ids) {
            m_prompts.push_back(static_cast<int64_t>(prompt.size()));
        }
    }
    const bool isAnew = turnsAnew(length());
    if (isAnew) {
        m_cache = nn::KvCache(
            m_decoder.blueprint().layers, m_capacity, static_cast<int64_t>(m_ids.size()));
    }
    nn::Pass pass;
    pass.cache = &m_cache;
    std::vector<int64_t> tokens, positions, lasts;
    for (std::size_t i = 0; i < m_ids.size(); ++i) {
        const std::vector<int64_t>& sequence = m_ids[i];
        for (int64_t position = isAnew ? 0 : before[i];
             position < static_cast<int64_t>(sequence.size());
             ++position) {
            tokens.push_back(sequence[static_cast<std::size_t>(position)]);
            positions.push_back(position);
        }
        pass.sequences.queryOffsets.push_back(static_cast<int64_t>(tokens.size()));
        lasts.push_back(static_cast<int64_t>(tokens.size()) - 1);
    }
    pass.sequences.keyOffsets = pass.sequences.queryOffsets;
    pass.positions = at::tensor(positions, at::kLong);
    pass.prompts = m_prompts;
    const at::Tensor hidden = m_decoder.hidden(at::tensor(tokens, at::kLong), pass);
    const at::Tensor rows =
        hidden.index_select(0, at::tensor(lasts, at::kLong).to(hidden.device()));
    return m_decoder.logits(rows, pass).to(at::kFloat).cpu().contiguous();
}

void CachedDecoder::reorder(std::span<const int64_t> parents)
{
    m_cache.reorder(parents);
    std::vector<std::vector<int64_t>> next;
    std::vector<int64_t> prompts;
    for (const int64_t parent : parents) {
        next.push_back(m_ids[static_cast<std::size_t>(parent)]);
        prompts.push_back(m_prompts[static_cast<std::size_t>(parent)]);
    }
    m_ids = std::move(next);
    m_prompts = std::move(prompts);
}

bool CachedDecoder::canDiffer(const nn::Decoder& decoder, int64_t longest)
{
    const auto& rotaries = decoder.parts().rotaries;
    return std::none_of(rotaries.begin(), rotaries.end(), [longest](const auto& rotary) {
        return rotary->turnsAnew(1, longest);
    });
}

bool CachedDecoder::turnsAnew(int64_t after) const
{
    const int64_t before = m_cache.empty() ? 0 : m_cache.length(0);
    const auto& rotaries = m_decoder.parts().rotaries;
    return std::any_of(rotaries.begin(), rotaries.end(), [&](const auto& rotary) {
        return rotary->turnsAnew(before, m_decoder.virtualCount() + after);
    });
}

} // namespace engine::generate
