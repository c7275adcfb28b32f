// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/rotary.h"

#include <algorithm>

namespace engine::nn {

namespace {

constexpr int64_t kFirstPositions = 2048; // of a table before it grows
// Of frequencies that change with every length: those of the sequences at work.
constexpr std::size_t kMostTables = 64;

} // namespace

Rotary::Rotary(at::Tensor frequencies, double attentionFactor, int64_t context, Longer longer)
    : m_frequencies(std::move(frequencies)), m_attentionFactor(attentionFactor), m_context(context),
      m_longer(std::move(longer))
{
}

at::Tensor Rotary::forward(const at::Tensor& x, const Pass& pass) const
{
    if (const kernels::RotaryTable* table = tableFor(pass)) {
        return kernels::rotary(x, pass.positions, *table);
    }
    const std::vector<int64_t> ends = lengths(pass);
    std::vector<at::Tensor> parts;
    for (int64_t i = 0; i < pass.sequences.count(); ++i) {
        const int64_t first = pass.sequences.queryOffsets[static_cast<std::size_t>(i)];
        const int64_t count = pass.sequences.queries(i);
        const int64_t length = ends[static_cast<std::size_t>(i)];
        parts.push_back(kernels::rotary(x.narrow(0, first, count),
                                        pass.positions.narrow(0, first, count),
                                        tableOf(length, length)));
    }
    return at::cat(parts);
}

const kernels::RotaryTable* Rotary::tableFor(const Pass& pass) const
{
    if (m_longer.frequencies == nullptr) {
        const bool isWhole = !m_device.is_cpu() || pass.positions.numel() == 0;
        const int64_t positions = isWhole ? m_context : pass.positions.max().item<int64_t>() + 1;
        return &tableOf(0, positions);
    }
    const std::vector<int64_t> ends = lengths(pass);
    const auto longest = std::max_element(ends.begin(), ends.end());
    if (longest == ends.end() || *longest <= m_longer.limit) {
        return &tableOf(0, longest == ends.end() ? 1 : *longest);
    }
    const bool isOne = std::all_of(ends.begin(), ends.end(), [&](int64_t length) {
        return length == *longest || (m_longer.isOneSet && length > m_longer.limit);
    });
    return isOne ? &tableOf(*longest, *longest) : nullptr;
}

bool Rotary::isBelowLimit(const Pass& pass) const
{
    return m_longer.frequencies == nullptr || pass.positions.numel() == 0
           || pass.positions.max().item<int64_t>() < m_longer.limit;
}

const kernels::RotaryTable& Rotary::table(int64_t length) const
{
    return tableOf(0, length);
}

void Rotary::moveTo(at::Device device)
{
    m_device = device;
    m_frequencies = m_frequencies.to(device);
    m_tables.clear();
    tableOf(0, m_context);
}

// Of at least so many positions, all of a sequence of `length` tokens.
const kernels::RotaryTable& Rotary::tableOf(int64_t length, int64_t positions) const
{
    const bool isLonger = length > m_longer.limit;
    const int64_t key = !isLonger ? 0 : m_longer.isOneSet ? m_longer.limit + 1 : length;
    if (m_tables.size() > kMostTables) {
        std::erase_if(m_tables,
                      [key](const auto& entry) { return entry.first != 0 && entry.first != key; });
    }
    Tables& tables = m_tables[key];
    if (tables.empty() || tables.back().cos.size(0) < std::min(positions, m_context)) {
        const int64_t grown = tables.empty() ? kFirstPositions : 2 * tables.back().cos.size(0);
        const int64_t rows = std::min(std::max(grown, positions), m_context);
        const at::Tensor frequencies =
            isLonger ? m_longer.frequencies(length).to(m_device) : m_frequencies;
        tables.push_back(kernels::rotaryTable(frequencies, rows, m_attentionFactor));
    }
    return tables.back();
}

// Of every sequence, from its last position.
std::vector<int64_t> Rotary::lengths(const Pass& pass) const
{
    const at::Tensor positions = pass.positions.cpu().contiguous();
    const auto* position = positions.const_data_ptr<int64_t>();
    std::vector<int64_t> ends;
    for (int64_t i = 0; i < pass.sequences.count(); ++i) {
        const int64_t count = pass.sequences.queries(i);
        const int64_t end = pass.sequences.queryOffsets[static_cast<std::size_t>(i) + 1];
        ends.push_back(count == 0 ? 0 : position[end - 1] + 1);
    }
    return ends;
}

} // namespace engine::nn
