// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where each token of a list of samples stands in a view of some width: lines of cells, a line
// feed ends its line, each turn begins a line of its own, samples are set apart. Plain numbers, no
// painting; measured in slices so that long samples do not hold up the window.
#pragma once

#include "ui/pages/data/token_sample.h"

#include <QFontMetricsF>
#include <QHash>
#include <QRectF>

#include <vector>

namespace ui::pages::data {

struct TokenPosition
{
    int sample = 0;
    int token = 0;

    bool operator==(const TokenPosition&) const = default;
};

class TokenLayout
{
public:
    struct Metrics
    {
        double width = 0;       // of the view
        double labelWidth = 0;  // of the roles' column; 0 = none
        double cellHeight = 22; // as in tokens.json
        double linePitch = 28;
        double padding = 3;   // inside a cell, left and right
        double boundary = 44; // height between two samples
    };

    struct Cell
    {
        TokenPosition at;
        double x = 0;
        double width = 0;
    };
    // Cells from firstCell to the next line's; `role` where a turn begins. A boundary has no cells.
    struct Line
    {
        double y = 0;
        int firstCell = 0;
        QString role;
        int boundaryBefore = -1; // index of the sample that begins below, or -1
    };

    // Starts anew; nothing is laid out yet. `samples` must outlive the layout or the next reset.
    void reset(const std::vector<TokenSample>& samples,
               const QFontMetricsF& metrics,
               const Metrics& lengths);
    // Lays out about `tokens` more; false when all are.
    bool advance(int tokens);

    double height() const;
    const std::vector<Line>& lines() const { return m_lines; }
    const std::vector<Cell>& cells() const { return m_cells; }
    // [first, last) of the lines that touch y…y + height.
    std::pair<int, int> linesIn(double y, double height) const;
    int lastCellOf(int line) const; // one past it
    QRectF cellRect(int line, int cell) const;
    // The cell at a point, or -1.
    int cellAt(const QPointF& point) const;
    // Cell of a token, or -1 while it is not laid out.
    int cellOf(const TokenPosition& position) const;
    int lineOfCell(int cell) const;

private:
    void beginLine(const QString& role);
    void place(int sample, int token);
    double widthOf(const QString& text);

    const std::vector<TokenSample>* m_samples = nullptr;
    QFontMetricsF m_metrics{QFont()};
    Metrics m_lengths;
    QHash<QString, double> m_widths;
    std::vector<Line> m_lines;
    std::vector<Cell> m_cells;
    int m_sample = 0;
    int m_token = 0;
    std::size_t m_span = 0;
    double m_x = 0;
    double m_y = 0;
    bool m_endsLine = false;
};

} // namespace ui::pages::data
