// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/token_layout.h"

#include <algorithm>
#include <cmath>

namespace ui::pages::data {

namespace {

// A longer token is elided by the view: one line of text may be a megabyte.
constexpr int kLongestShown = 200;

} // namespace

void TokenLayout::reset(const std::vector<TokenSample>& samples,
                        const QFontMetricsF& metrics,
                        const Metrics& lengths)
{
    m_samples = &samples;
    m_metrics = metrics;
    m_lengths = lengths;
    m_widths.clear();
    m_lines.clear();
    m_cells.clear();
    m_sample = 0;
    m_token = 0;
    m_span = 0;
    m_y = 0;
    m_endsLine = false;
}

bool TokenLayout::advance(int tokens)
{
    if (m_samples == nullptr) {
        return false;
    }
    while (m_sample < static_cast<int>(m_samples->size())) {
        const TokenSample& sample = (*m_samples)[static_cast<std::size_t>(m_sample)];
        if (m_token == static_cast<int>(sample.tokens.size())) {
            ++m_sample;
            m_token = 0;
            m_span = 0;
            continue;
        }
        if (tokens-- <= 0) {
            return true;
        }
        const bool beginsSpan =
            m_span < sample.spans.size() && sample.spans[m_span].first == m_token;
        if (m_token == 0 && m_sample > 0) {
            m_lines.push_back({m_y + (m_lines.empty() ? 0 : m_lengths.linePitch),
                               static_cast<int>(m_cells.size()),
                               {},
                               m_sample});
            m_y = m_lines.back().y + m_lengths.boundary - m_lengths.linePitch;
        }
        if (beginsSpan) {
            beginLine(sample.spans[m_span].role);
            ++m_span;
        } else if (m_endsLine || m_lines.empty()) {
            beginLine({});
        }
        place(m_sample, m_token);
        ++m_token;
    }
    return false;
}

void TokenLayout::beginLine(const QString& role)
{
    if (!m_lines.empty()) {
        m_y += m_lengths.linePitch;
    }
    m_lines.push_back({m_y, static_cast<int>(m_cells.size()), role, -1});
    m_x = m_lengths.labelWidth;
    m_endsLine = false;
}

void TokenLayout::place(int sample, int token)
{
    const Token& placed =
        (*m_samples)[static_cast<std::size_t>(sample)].tokens[static_cast<std::size_t>(token)];
    const double room = std::max(1.0, m_lengths.width - m_lengths.labelWidth);
    const double width =
        std::min(room, widthOf(visibleText(placed).left(kLongestShown)) + 2 * m_lengths.padding);
    if (m_x > m_lengths.labelWidth && m_x + width > m_lengths.width) {
        beginLine({});
    }
    m_cells.push_back({{sample, token}, m_x, width});
    m_x += width;
    m_endsLine = placed.text.endsWith(u'\n');
}

double TokenLayout::widthOf(const QString& text)
{
    const auto known = m_widths.constFind(text);
    if (known != m_widths.constEnd()) {
        return *known;
    }
    const double width = std::ceil(m_metrics.horizontalAdvance(text));
    m_widths.insert(text, width);
    return width;
}

double TokenLayout::height() const
{
    return m_lines.empty() ? 0 : m_y + m_lengths.linePitch;
}

std::pair<int, int> TokenLayout::linesIn(double y, double height) const
{
    const auto first = std::ranges::lower_bound(
        m_lines, y - std::max(m_lengths.linePitch, m_lengths.boundary), {}, &Line::y);
    const auto last = std::ranges::upper_bound(m_lines, y + height, {}, &Line::y);
    return {static_cast<int>(first - m_lines.begin()), static_cast<int>(last - m_lines.begin())};
}

int TokenLayout::lastCellOf(int line) const
{
    return line + 1 < static_cast<int>(m_lines.size())
               ? m_lines[static_cast<std::size_t>(line) + 1].firstCell
               : static_cast<int>(m_cells.size());
}

QRectF TokenLayout::cellRect(int line, int cell) const
{
    const Cell& placed = m_cells[static_cast<std::size_t>(cell)];
    const double top = m_lines[static_cast<std::size_t>(line)].y
                       + (m_lengths.linePitch - m_lengths.cellHeight) / 2;
    return {placed.x, top, placed.width, m_lengths.cellHeight};
}

int TokenLayout::cellAt(const QPointF& point) const
{
    const auto [first, last] = linesIn(point.y(), 0);
    for (int line = first; line < last; ++line) {
        for (int cell = m_lines[static_cast<std::size_t>(line)].firstCell; cell < lastCellOf(line);
             ++cell) {
            if (cellRect(line, cell).contains(point)) {
                return cell;
            }
        }
    }
    return -1;
}

int TokenLayout::cellOf(const TokenPosition& position) const
{
    const auto before = [](const Cell& cell, const TokenPosition& wanted) {
        return std::pair(cell.at.sample, cell.at.token) < std::pair(wanted.sample, wanted.token);
    };
    const auto found = std::lower_bound(m_cells.begin(), m_cells.end(), position, before);
    return found != m_cells.end() && found->at == position
               ? static_cast<int>(found - m_cells.begin())
               : -1;
}

int TokenLayout::lineOfCell(int cell) const
{
    const auto after = std::ranges::upper_bound(m_lines, cell, {}, &Line::firstCell);
    return static_cast<int>(after - m_lines.begin()) - 1;
}

} // namespace ui::pages::data
