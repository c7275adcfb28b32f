// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/objectives/sample_list.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace engine::objectives {

SampleList::SampleList(const std::vector<text::TokenSample>& samples)
{
    TokenStoreWriter writer;
    for (const text::TokenSample& sample : samples) {
        writer.add(sample);
    }
    *this = SampleList(writer.finish());
}

SampleList::SampleList(std::shared_ptr<const TokenStore> store)
{
    std::vector<int64_t> all(static_cast<std::size_t>(store->size()));
    std::iota(all.begin(), all.end(), int64_t{0});
    *this = SampleList(std::move(store), std::move(all));
}

SampleList::SampleList(std::shared_ptr<const TokenStore> store, std::vector<int64_t> indices)
    : m_size(static_cast<int64_t>(indices.size()))
{
    if (m_size > 0) {
        m_parts.push_back({0,
                           std::move(store),
                           std::make_shared<const std::vector<int64_t>>(std::move(indices))});
    }
}

void SampleList::append(const SampleList& more)
{
    for (Part part : more.m_parts) {
        part.begin += m_size;
        m_parts.push_back(std::move(part));
    }
    m_size += more.m_size;
}

int64_t SampleList::length(int64_t index) const
{
    const Place place = placeOf(index);
    return place.store.length(place.sample);
}

int64_t SampleList::trainedTokens(int64_t index) const
{
    const Place place = placeOf(index);
    return place.store.trainedTokens(place.sample);
}

text::TokenSample SampleList::operator[](int64_t index) const
{
    const Place place = placeOf(index);
    return place.store.sample(place.sample);
}

std::vector<int64_t> SampleList::lengths() const
{
    std::vector<int64_t> lengths;
    lengths.reserve(static_cast<std::size_t>(m_size));
    for (int64_t i = 0; i < m_size; ++i) {
        lengths.push_back(length(i));
    }
    return lengths;
}

SampleList::Place SampleList::placeOf(int64_t index) const
{
    assert(index >= 0 && index < m_size);
    const auto behind = std::upper_bound(
        m_parts.begin(), m_parts.end(), index, [](int64_t wanted, const Part& part) {
            return wanted < part.begin;
        });
    const Part& part = *std::prev(behind);
    return {*part.store, (*part.indices)[static_cast<std::size_t>(index - part.begin)]};
}

} // namespace engine::objectives
