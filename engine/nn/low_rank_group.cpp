// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/nn/low_rank_group.h"

#include "engine/kernels/dropout.h"

namespace engine::nn {

using kernels::DepthRange;
using kernels::kPanelFeatures;
using kernels::roundedUp;

std::vector<GroupUpdate> LowRankGroup::updatesOf(const PackedGroup& group, const Pass& pass)
{
    std::vector<GroupUpdate> updates;
    int64_t column = 0;
    int64_t panel = 0;
    int64_t sums = 0;
    for (std::size_t layer = 0; layer < group.layers().size(); ++layer) {
        for (const Adapter* adapter : group.layers()[layer]->adapters()) {
            GroupUpdate update;
            std::optional<LengthUpdate> own = packableUpdate(*adapter, pass);
            if (!own || own->update.hasScales()) {
                continue; // scaled_updates.h, or factors
            }
            update.factors = std::move(own->update);
            if (own->magnitude.defined()) {
                update.magnitude = own->magnitude.contiguous();
                update.squares = own->squares.contiguous();
            }
            update.factors.a = update.factors.a.contiguous();
            update.factors.b = update.factors.b.contiguous();
            const kernels::RowSlice& rows = update.factors.rows;
            update.rank = update.factors.a.size(0);
            update.column = column;
            update.panel = panel;
            update.panels = roundedUp(update.rank, kPanelFeatures) / kPanelFeatures;
            update.base = group.offset(layer);
            update.firstFeature = update.base + rows.offset;
            update.span = (rows.groups - 1) * rows.stride + rows.chunk;
            column += roundedUp(update.rank, 2);
            panel += update.panels;
            update.sums = sums;
            sums += update.rank * update.sumStride();
            updates.push_back(std::move(update));
        }
    }
    return updates;
}

LowRankGroup::LowRankGroup(const PackedGroup& group, std::vector<GroupUpdate> updates)
    : m_updates(std::move(updates)), m_inputs(group.inputs()), m_features(group.features()),
      m_type(group.type())
{
    if (m_updates.empty()) {
        return;
    }
    const GroupUpdate& last = m_updates.back();
    m_columns = last.column + roundedUp(last.rank, 2);
    bool hasLengths = false;
    for (const GroupUpdate& update : m_updates) {
        m_hasDropout = m_hasDropout || update.factors.dropout > 0;
        hasLengths = hasLengths || update.hasLengths();
        m_dropsLengths = m_dropsLengths || (update.hasLengths() && update.factors.dropout > 0);
    }
    if (hasLengths) {
        m_gains.assign(static_cast<std::size_t>(m_features), 1);
        m_norms = m_gains;
    }
    const int64_t byUpdate = (last.panel + last.panels) * kPanelFeatures;
    const int64_t features = group.features();
    m_inner = {m_hasDropout ? byUpdate : m_columns, group.inputs(), group.type()};
    m_outputTail = {features, m_columns, group.type()};
    m_outer = {byUpdate, features, group.type()};
    m_inputTail = {group.inputs(), m_columns, group.type()};

    constexpr int64_t kStrip = kPanelFeatures * kernels::kStripPanels;
    for (int64_t first = 0; first < features; first += kStrip) {
        DepthRange range{m_columns, 0};
        for (const GroupUpdate& update : m_updates) {
            if (update.firstFeature < first + kStrip && first < update.firstFeature + update.span) {
                range.begin = std::min(range.begin, update.column);
                range.end = std::max(range.end, update.column + roundedUp(update.rank, 2));
            }
        }
        m_outputRanges.push_back(range.end == 0 ? DepthRange{} : range);
    }
    for (const GroupUpdate& update : m_updates) {
        const DepthRange range{update.firstFeature / 2 * 2,
                               roundedUp(update.firstFeature + update.span, 2)};
        m_outerRanges.insert(m_outerRanges.end(), static_cast<std::size_t>(update.panels), range);
    }
}

bool LowRankGroup::isFor(const PackedGroup& group, const std::vector<GroupUpdate>& updates) const
{
    return m_inputs == group.inputs() && m_features == group.features() && m_type == group.type()
           && std::equal(m_updates.begin(),
                         m_updates.end(),
                         updates.begin(),
                         updates.end(),
                         [](const GroupUpdate& mine, const GroupUpdate& other) {
                             const kernels::RowSlice& x = mine.factors.rows;
                             const kernels::RowSlice& y = other.factors.rows;
                             return mine.rank == other.rank && mine.base == other.base
                                    && x.offset == y.offset && x.chunk == y.chunk
                                    && x.stride == y.stride && x.groups == y.groups
                                    && (mine.factors.dropout > 0) == (other.factors.dropout > 0)
                                    && mine.hasLengths() == other.hasLengths();
                         });
}

int64_t LowRankGroup::stride() const
{
    return roundedUp(m_columns, kPanelFeatures) + kPanelFeatures;
}

int64_t LowRankGroup::sums() const
{
    const GroupUpdate& last = m_updates.back();
    return last.sums + last.rank * last.sumStride();
}

int64_t LowRankGroup::reach() const
{
    if (m_updates.empty() || !m_hasDropout) {
        return m_inner.features();
    }
    const GroupUpdate& last = m_updates.back();
    return last.column + last.panels * kPanelFeatures;
}

template <typename T>
void LowRankGroup::fillOf(const GroupUpdate& update)
{
    const kernels::PackedElements<T> inner(m_inner), inputTail(m_inputTail),
        outputTail(m_outputTail), outer(m_outer);
    const int64_t inputs = update.factors.a.size(1);
    const auto* const a = update.factors.a.const_data_ptr<float>();
    const int64_t byUpdate = update.panel * kPanelFeatures;
    const int64_t first = m_hasDropout ? byUpdate : update.column;
    const float kept = kernels::keptFactor(update.factors.dropout);
    for (int64_t r = 0; r < update.rank; ++r) {
        for (int64_t k = 0; k < inputs; ++k) {
            const float value = a[r * inputs + k];
            inner.set(first + r, k, kept * value);
            inputTail.set(k, update.column + r, value);
        }
    }
    const auto* const b = update.factors.b.const_data_ptr<float>();
    const auto scale = static_cast<float>(update.factors.scale);
    for (int64_t row = 0; row < update.factors.b.size(0); ++row) {
        const int64_t feature = update.feature(row);
        for (int64_t r = 0; r < update.rank; ++r) {
            const float value = scale * b[row * update.rank + r];
            outputTail.set(feature, update.column + r, value);
            outer.set(byUpdate + r, feature, kept * value);
        }
    }
}

void LowRankGroup::fill()
{
    for (const GroupUpdate& update : m_updates) {
        if (m_type == kernels::PackedType::Float32) {
            fillOf<float>(update);
        } else {
            fillOf<c10::BFloat16>(update);
        }
    }
}

} // namespace engine::nn
