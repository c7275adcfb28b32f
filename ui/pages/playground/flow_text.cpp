// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/flow_text.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace ui::pages::playground {

namespace {

// Longer paragraphs are laid out in parts, each beginning on a line of its own.
constexpr qsizetype kLongestBlock = 4000;
// Up to here everything is laid out at once: heights are then exact from the beginning.
constexpr qsizetype kSmallText = 20000;

// Control characters as the pictures Unicode has for them, one for one: a text from a model must
// not move or hide what stands beside it.
QString visible(QString text)
{
    for (QChar& character : text) {
        const ushort code = character.unicode();
        if (code < 0x20 && code != '\t') {
            character = QChar(ushort(0x2400 + code));
        } else if (code == 0x2028 || code == 0x2029 || (code >= 0x202A && code <= 0x202E)
                   || (code >= 0x2066 && code <= 0x2069)) {
            character = QChar(0xFFFD);
        }
    }
    return text;
}

} // namespace

FlowText::FlowText() = default;
FlowText::FlowText(FlowText&&) noexcept = default;
FlowText& FlowText::operator=(FlowText&&) noexcept = default;
FlowText::~FlowText() = default;

void FlowText::setText(const QString& text)
{
    m_text = text;
    m_blocks.clear();
    split(0);
}

void FlowText::append(const QString& text)
{
    if (text.isEmpty()) {
        return;
    }
    m_text += text;
    qsizetype from = 0;
    if (!m_blocks.empty()) {
        from = m_blocks.back().begin;
        m_blocks.pop_back();
    }
    split(from);
}

void FlowText::setFont(const QFont& font)
{
    const QFontMetricsF metrics(font);
    m_font = font;
    m_lineHeight = std::ceil(metrics.height() * 1.25);
    m_characterWidth = std::max(1.0, metrics.averageCharWidth());
    relayout();
}

void FlowText::setWidth(double width)
{
    if (m_width != width) {
        m_width = width;
        relayout();
    }
}

void FlowText::relayout()
{
    m_tops.clear();
    const bool isSmall = m_text.size() <= kSmallText;
    for (Block& block : m_blocks) {
        block.layout.reset();
        estimate(block);
        if (isSmall || &block == &m_blocks.back()) {
            layOut(block);
        }
    }
}

// Cuts what begins at `from` into blocks.
void FlowText::split(qsizetype from)
{
    m_tops.clear();
    const bool isSmall = m_text.size() <= kSmallText;
    for (qsizetype begin = from; begin <= m_text.size();) {
        qsizetype end = m_text.indexOf(u'\n', begin);
        qsizetype next = end + 1;
        if (end < 0) {
            end = m_text.size();
            next = end + 1;
        }
        if (end - begin > kLongestBlock) {
            const qsizetype blank = m_text.lastIndexOf(u' ', begin + kLongestBlock);
            end = blank > begin ? blank + 1 : begin + kLongestBlock;
            if (m_text.at(end - 1).isHighSurrogate()) {
                --end;
            }
            next = end;
        }
        Block block;
        block.begin = begin;
        block.length = end - begin;
        estimate(block);
        m_blocks.push_back(std::move(block));
        if (isSmall) {
            layOut(m_blocks.back());
        }
        begin = next;
    }
    layOut(m_blocks.back());
}

void FlowText::estimate(Block& block) const
{
    const double perLine = std::max(1.0, m_width / m_characterWidth);
    block.height = lineHeight() * std::max(1.0, std::ceil(double(block.length) / perLine));
}

void FlowText::layOut(const Block& block) const
{
    if (block.layout) {
        return;
    }
    block.layout =
        std::make_unique<QTextLayout>(visible(m_text.mid(block.begin, block.length)), m_font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    block.layout->setTextOption(option);
    block.layout->setCacheEnabled(true);
    block.layout->beginLayout();
    double y = 0;
    for (QTextLine line = block.layout->createLine(); line.isValid();
         line = block.layout->createLine()) {
        line.setLineWidth(std::max(1.0, m_width));
        line.setPosition({0, y + std::max(0.0, (lineHeight() - line.height()) / 2)});
        y += std::max(lineHeight(), line.height());
    }
    block.layout->endLayout();
    const double height = std::max(y, lineHeight());
    if (height != block.height) {
        block.height = height;
        m_tops.clear();
    }
}

double FlowText::height() const
{
    return topOf(m_blocks.size());
}

double FlowText::topOf(std::size_t index) const
{
    if (m_tops.size() != m_blocks.size() + 1) {
        m_tops.assign(1, 0);
        for (const Block& block : m_blocks) {
            m_tops.push_back(m_tops.back() + block.height);
        }
    }
    return m_tops[index];
}

std::size_t FlowText::blockAt(double y) const
{
    topOf(0);
    const auto next = std::upper_bound(m_tops.begin(), m_tops.end(), y);
    const auto index = std::size_t(std::max<std::ptrdiff_t>(next - m_tops.begin() - 1, 0));
    return std::min(index, m_blocks.size() - 1);
}

std::size_t FlowText::blockOf(qsizetype offset) const
{
    const auto next = std::upper_bound(
        m_blocks.begin(), m_blocks.end(), offset, [](qsizetype place, const Block& block) {
            return place < block.begin;
        });
    return std::size_t(std::max<std::ptrdiff_t>(next - m_blocks.begin() - 1, 0));
}

bool FlowText::paint(QPainter& painter,
                     const QPointF& origin,
                     const QRectF& clip,
                     const QColor& color,
                     const QList<Mark>& marks)
{
    if (m_blocks.empty()) {
        return false;
    }
    const double before = height();
    std::size_t index = blockAt(clip.top() - origin.y());
    const std::size_t first = index;
    for (; index < m_blocks.size() && origin.y() + topOf(index) < clip.bottom(); ++index) {
        layOut(m_blocks[index]);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const qsizetype end =
        index > first ? m_blocks[index - 1].begin + m_blocks[index - 1].length : 0;
    const auto eachRect = [&](const Mark& mark, const auto& draw) {
        const qsizetype from = std::max(mark.begin, m_blocks[first].begin);
        for (const QRectF& rect : rectsOf(from, std::min(mark.end, end))) {
            draw(rect.translated(origin));
        }
    };
    for (const Mark& mark : marks) {
        if (mark.fill.isValid()) {
            eachRect(mark, [&](const QRectF& rect) { painter.fillRect(rect, mark.fill); });
        }
    }
    painter.setPen(color);
    for (std::size_t i = first; i < index; ++i) {
        m_blocks[i].layout->draw(&painter, origin + QPointF(0, topOf(i)), {}, clip);
    }
    for (const Mark& mark : marks) {
        if (mark.underline.isValid()) {
            eachRect(mark, [&](const QRectF& rect) {
                painter.fillRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2),
                                 mark.underline);
            });
        }
        if (mark.outline.isValid()) {
            painter.setPen(QPen(mark.outline, 2));
            painter.setBrush(Qt::NoBrush);
            eachRect(mark, [&](const QRectF& rect) {
                painter.drawRoundedRect(rect.adjusted(-2, 0, 2, 0), 3, 3);
            });
        }
    }
    return height() != before;
}

std::pair<qsizetype, qsizetype> FlowText::visibleRange(double top, double bottom) const
{
    if (m_blocks.empty()) {
        return {0, 0};
    }
    const Block& last = m_blocks[blockAt(bottom)];
    return {m_blocks[blockAt(top)].begin, last.begin + last.length};
}

qsizetype FlowText::offsetAt(const QPointF& place) const
{
    if (m_blocks.empty() || place.y() < 0 || place.y() >= height()) {
        return -1;
    }
    const std::size_t index = blockAt(place.y());
    const Block& block = m_blocks[index];
    layOut(block);
    const double y = place.y() - topOf(index);
    for (int i = 0; i < block.layout->lineCount(); ++i) {
        const QTextLine line = block.layout->lineAt(i);
        const double slack = std::max(0.0, (lineHeight() - line.height()) / 2);
        if (y < line.y() + line.height() + slack) {
            if (place.x() < 0 || place.x() > line.naturalTextWidth()) {
                return -1;
            }
            return block.begin + line.xToCursor(place.x(), QTextLine::CursorOnCharacter);
        }
    }
    return -1;
}

qsizetype FlowText::nearestOffset(const QPointF& place) const
{
    if (m_blocks.empty()) {
        return 0;
    }
    const std::size_t index = blockAt(place.y());
    const Block& block = m_blocks[index];
    layOut(block);
    for (int i = 0; i < block.layout->lineCount(); ++i) {
        const QTextLine line = block.layout->lineAt(i);
        if (place.y() - topOf(index) < line.y() + lineHeight()
            || i + 1 == block.layout->lineCount()) {
            return block.begin + line.xToCursor(place.x());
        }
    }
    return block.begin;
}

QList<QRectF> FlowText::rectsOf(qsizetype begin, qsizetype end) const
{
    QList<QRectF> rects;
    if (m_blocks.empty() || begin >= end) {
        return rects;
    }
    for (std::size_t i = blockOf(begin); i < m_blocks.size() && m_blocks[i].begin < end; ++i) {
        const Block& block = m_blocks[i];
        layOut(block);
        for (int l = 0; l < block.layout->lineCount(); ++l) {
            const QTextLine line = block.layout->lineAt(l);
            const qsizetype lineBegin = block.begin + line.textStart();
            const qsizetype from = std::max(begin, lineBegin);
            const qsizetype to = std::min(end, lineBegin + line.textLength());
            if (from >= to) {
                continue;
            }
            const double x1 = line.cursorToX(int(from - block.begin));
            const double x2 = line.cursorToX(int(to - block.begin));
            rects.append(
                QRectF(std::min(x1, x2), topOf(i) + line.y(), std::abs(x2 - x1), line.height()));
        }
    }
    return rects;
}

QRectF FlowText::caretRect() const
{
    if (m_blocks.empty()) {
        return {0, 0, 0, lineHeight()};
    }
    const Block& last = m_blocks.back();
    layOut(last);
    const QTextLine line = last.layout->lineAt(last.layout->lineCount() - 1);
    return {
        line.cursorToX(int(last.length)), topOf(m_blocks.size() - 1) + line.y(), 0, line.height()};
}

} // namespace ui::pages::playground
