// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/elided_label.h"

#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

namespace ui::widgets {
namespace {

constexpr int kShortest = 4;

} // namespace

QString firstLine(const QString& text, int limit)
{
    QString line = text.left(limit);
    const qsizetype end = line.indexOf(QLatin1Char('\n'));
    const bool isCut = end >= 0 || text.size() > limit;
    if (end >= 0) {
        line.truncate(end);
    }
    // Control characters and marks that turn the direction would disturb what stands beside.
    for (QChar& c : line) {
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format) {
            c = c == QChar(0x200D) || c == QChar(0x200C) ? c : QChar(QLatin1Char(' '));
        }
    }
    return isCut ? line + QChar(0x2026) : line;
}

ElidedLabel::ElidedLabel(const QString& text, Type type, Tone tone, QWidget* parent)
    : QWidget(parent), m_type(type), m_tone(tone)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    applyFont();
    setText(text);
    connect(&theme(), &Theme::changed, this, &ElidedLabel::applyFont);
}

void ElidedLabel::setText(const QString& text)
{
    m_text = text;
    setAccessibleName(firstLine(text));
    updateGeometry();
    update();
}

void ElidedLabel::setType(Type type)
{
    m_type = type;
    applyFont();
}

void ElidedLabel::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_mode = mode;
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment | Qt::AlignVCenter;
    update();
}

QString ElidedLabel::shownText() const
{
    return fontMetrics().elidedText(firstLine(m_text), m_mode, width());
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {metrics.horizontalAdvance(firstLine(m_text)) + 2, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    const int least = metrics.averageCharWidth() * kShortest;
    return {std::min(sizeHint().width(), least), metrics.height()};
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (isElided()) {
            QToolTip::showText(help->globalPos(), plainToolTip(m_text), this);
        } else {
            QToolTip::hideText();
            event->ignore();
        }
        return true;
    }
    return QWidget::event(event);
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(theme().color(isEnabled() ? colorOf(m_tone) : Color::TextDisabled));
    painter.drawText(rect(), int(m_alignment) | Qt::TextSingleLine, shownText());
}

void ElidedLabel::applyFont()
{
    setFont(theme().font(m_type));
    updateGeometry();
    update();
}

} // namespace ui::widgets
