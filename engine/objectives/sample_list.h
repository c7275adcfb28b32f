// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The samples that a training or an evaluation reads, one by one and in any order, out of the
// stores that hold them. Cheap to copy.
#pragma once

#include "engine/objectives/token_store.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace engine::objectives {

class SampleList
{
public:
    SampleList() = default;
    // All of these, copied into a store in memory. Throws Failure as TokenStoreWriter::add.
    SampleList(const std::vector<text::TokenSample>& samples);
    // All of the store, in order.
    explicit SampleList(std::shared_ptr<const TokenStore> store);
    // Those at `indices` of the store, in this order.
    SampleList(std::shared_ptr<const TokenStore> store, std::vector<int64_t> indices);

    // Behind these.
    void append(const SampleList& more);

    int64_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    int64_t length(int64_t index) const; // tokens
    int64_t trainedTokens(int64_t index) const;
    // Ids and mask.
    text::TokenSample operator[](int64_t index) const;
    // [samples] tokens of each.
    std::vector<int64_t> lengths() const;

private:
    struct Part
    {
        int64_t begin = 0; // its first place in the list
        std::shared_ptr<const TokenStore> store;
        std::shared_ptr<const std::vector<int64_t>> indices;
    };
    struct Place
    {
        const TokenStore& store;
        int64_t sample;
    };
    Place placeOf(int64_t index) const;

    int64_t m_size = 0;
    std::vector<Part> m_parts;
};

} // namespace engine::objectives
