// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/paint.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QVariant>
#include <QWidget>

namespace ui {
namespace {

struct FieldLook
{
    Color line = Color::FieldLine;
    double width = 1;
};

FieldLook lookOf(const QStyleOption& option, const QString& state)
{
    const auto& tokens = theme();
    const double strong = tokens.number(QStringLiteral("border/focus"));
    if (!option.state.testFlag(QStyle::State_Enabled)) {
        return {Color::Line, 1};
    }
    const bool hasFocus = option.state.testFlag(QStyle::State_HasFocus);
    if (state == QLatin1String("refused")) {
        return {Color::Error, strong};
    }
    if (state == QLatin1String("unusual")) {
        return {Color::Warning, hasFocus ? strong : 1};
    }
    if (hasFocus) {
        return {Color::Accent, strong};
    }
    return {option.state.testFlag(QStyle::State_MouseOver) ? Color::TextSecondary
                                                           : Color::FieldLine,
            1};
}

} // namespace

void paintRoundedBox(QPainter& painter,
                     const QRectF& rect,
                     const QColor& fill,
                     const QColor& line,
                     double radius,
                     double width)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double half = width / 2;
    painter.setPen(width > 0 ? QPen(line, width) : QPen(Qt::NoPen));
    painter.setBrush(fill);
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half);
    painter.restore();
}

void paintFieldBox(QPainter& painter,
                   const QRect& rect,
                   const QStyleOption& option,
                   const QWidget* widget)
{
    const auto& tokens = theme();
    const QString state = widget ? widget->property("fieldState").toString() : QString();
    const bool isChanged = widget && widget->property("fieldChanged").toBool();
    const bool isEnabled = option.state.testFlag(QStyle::State_Enabled);
    const double radius = tokens.number(QStringLiteral("radius/control"));
    const FieldLook look = lookOf(option, state);
    paintRoundedBox(painter,
                    rect,
                    tokens.color(isEnabled ? Color::Surface : Color::Inset),
                    tokens.color(look.line),
                    radius,
                    look.width);
    if (isChanged && isEnabled) {
        QPainterPath shape;
        shape.addRoundedRect(rect, radius, radius);
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setClipRect(QRectF(rect.left(), rect.top(), 3, rect.height()));
        painter.fillPath(shape, tokens.color(Color::Accent));
        painter.restore();
    }
}

void paintCheckIndicator(QPainter& painter, const QRect& rect, const QStyleOption& option)
{
    const auto& tokens = theme();
    const bool isOn = option.state.testFlag(QStyle::State_On);
    const bool isPartial = option.state.testFlag(QStyle::State_NoChange);
    const bool isEnabled = option.state.testFlag(QStyle::State_Enabled);
    const double radius = tokens.number(QStringLiteral("radius/chip"));
    if (!isOn && !isPartial) {
        const bool isHovered = option.state.testFlag(QStyle::State_MouseOver);
        paintRoundedBox(painter,
                        rect,
                        tokens.color(isEnabled ? Color::Surface : Color::Inset),
                        tokens.color(!isEnabled  ? Color::LineStrong
                                     : isHovered ? Color::TextSecondary
                                                 : Color::FieldLine),
                        radius);
        return;
    }
    const QColor fill = tokens.color(isEnabled ? Color::AccentFill : Color::LineStrong);
    paintRoundedBox(painter, rect, fill, fill, radius, 0);
    paintIcon(painter,
              rect,
              isOn ? QStringLiteral("check") : QStringLiteral("minus"),
              tokens.color(isEnabled ? Color::OnAccent : Color::Surface),
              qRound(rect.width() * 0.75));
}

void paintRadioIndicator(QPainter& painter, const QRect& rect, const QStyleOption& option)
{
    const auto& tokens = theme();
    const bool isOn = option.state.testFlag(QStyle::State_On);
    const bool isEnabled = option.state.testFlag(QStyle::State_Enabled);
    const QColor line = !isEnabled ? tokens.color(Color::LineStrong)
                        : isOn     ? tokens.color(Color::AccentFill)
                                   : tokens.color(Color::FieldLine);
    const double radius = rect.width() / 2.0;
    const double width = isOn ? rect.width() * 5 / 16.0 : 1;
    paintRoundedBox(painter, rect, tokens.color(Color::Surface), line, radius, width);
}

void paintSwitch(QPainter& painter, const QRectF& rect, bool isOn, bool isEnabled)
{
    const auto& tokens = theme();
    const QColor fill = tokens.color(!isEnabled ? Color::LineStrong
                                     : isOn     ? Color::AccentFill
                                                : Color::FieldLine);
    paintRoundedBox(painter, rect, fill, fill, rect.height() / 2, 0);
    const double gap = 2;
    const double knob = rect.height() - 2 * gap;
    const double x = isOn ? rect.right() - gap - knob : rect.left() + gap;
    const QColor white = tokens.color(isEnabled ? Color::OnAccent : Color::Inset);
    paintRoundedBox(painter, {x, rect.top() + gap, knob, knob}, white, white, knob / 2, 0);
}

void paintIcon(
    QPainter& painter, const QRect& rect, const QString& name, const QColor& color, int size)
{
    const int side = theme().px(size);
    const QPixmap pixmap = iconPixmap(name, color, side, painter.device()->devicePixelRatioF());
    painter.drawPixmap(
        rect.left() + (rect.width() - side) / 2, rect.top() + (rect.height() - side) / 2, pixmap);
}

} // namespace ui
