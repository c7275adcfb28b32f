// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Wrapped plain text that grows at its end, with marks: an answer while it is written. Only what is
// seen is laid out, so that a megabyte costs no more than a page. Offsets are UTF-16 places in the
// text.
#pragma once

#include <QColor>
#include <QFont>
#include <QList>
#include <QRectF>
#include <QString>

#include <memory>
#include <vector>

class QPainter;
class QTextLayout;

namespace ui::pages::playground {

// A part of the text that looks different; colours that are not valid are not drawn.
struct Mark
{
    qsizetype begin = 0;
    qsizetype end = 0;
    QColor fill = {};
    QColor underline = {};
    QColor outline = {};
};

class FlowText
{
public:
    FlowText();
    FlowText(FlowText&&) noexcept;
    FlowText& operator=(FlowText&&) noexcept;
    ~FlowText();

    const QString& text() const { return m_text; }
    void setText(const QString& text);
    void append(const QString& text);
    // Both lay out anew when they differ.
    void setFont(const QFont& font);
    void setWidth(double width);

    // Exact for what was laid out, estimated for the rest; grows more exact while one scrolls.
    double height() const;
    // `origin` is where the text's top left stands; draws what lies in `clip`. Returns whether the
    // height changed on the way.
    bool paint(QPainter& painter,
               const QPointF& origin,
               const QRectF& clip,
               const QColor& color,
               const QList<Mark>& marks);
    // The offsets that [top, bottom) shows, rounded outwards to whole blocks.
    std::pair<qsizetype, qsizetype> visibleRange(double top, double bottom) const;
    // The character at a place relative to the text's top left; −1 beside the text.
    qsizetype offsetAt(const QPointF& place) const;
    // The offset between characters that is nearest to a place, wherever that is.
    qsizetype nearestOffset(const QPointF& place) const;
    // Where a part of the text stands, one rectangle for each line; relative likewise.
    QList<QRectF> rectsOf(qsizetype begin, qsizetype end) const;
    // Where the next character will stand.
    QRectF caretRect() const;

private:
    // A paragraph, or a part of one that is very long.
    struct Block
    {
        qsizetype begin = 0;
        qsizetype length = 0; // without the line feed
        mutable std::unique_ptr<QTextLayout> layout;
        mutable double height = 0;
    };

    void split(qsizetype from);
    void relayout();
    void estimate(Block& block) const;
    void layOut(const Block& block) const;
    double lineHeight() const { return m_lineHeight; }
    double topOf(std::size_t index) const;
    std::size_t blockAt(double y) const;
    std::size_t blockOf(qsizetype offset) const;

    QString m_text;
    QFont m_font;
    double m_lineHeight = 1;
    double m_characterWidth = 1; // on average
    double m_width = 0;
    std::vector<Block> m_blocks;
    mutable std::vector<double> m_tops; // of each block, and the end; empty = to be added up
};

} // namespace ui::pages::playground
