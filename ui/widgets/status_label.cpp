// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/status_label.h"

#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kDot = 8;
constexpr int kGap = 8;

} // namespace

void paintStatusDot(QPainter& painter, const QPointF& centre, StatusKind kind)
{
    const double radius = theme().px(kDot) / 2.0;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(colorOf(kind)));
    painter.drawEllipse(centre, radius, radius);
    painter.restore();
}

StatusLabel::StatusLabel(StatusKind kind, const QString& word, QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    applyFont();
    setStatus(kind, word);
    connect(&theme(), &Theme::changed, this, &StatusLabel::applyFont);
}

void StatusLabel::setStatus(StatusKind kind, const QString& word)
{
    m_kind = kind;
    m_word = word;
    setAccessibleName(word);
    updateGeometry();
    update();
}

void StatusLabel::setType(Type type)
{
    m_type = type;
    applyFont();
}

void StatusLabel::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

QSize StatusLabel::sizeHint() const
{
    const QFontMetrics metrics = fontMetrics();
    return {theme().px(kDot + kGap) + metrics.horizontalAdvance(firstLine(m_word)) + 1,
            metrics.height()};
}

void StatusLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintStatusDot(painter, {theme().px(kDot) / 2.0, height() / 2.0}, m_kind);
    painter.setPen(theme().color(colorOf(m_tone)));
    painter.drawText(rect().adjusted(theme().px(kDot + kGap), 0, 0, 0),
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     firstLine(m_word));
}

void StatusLabel::applyFont()
{
    setFont(theme().font(m_type));
    updateGeometry();
    update();
}

} // namespace ui::widgets
