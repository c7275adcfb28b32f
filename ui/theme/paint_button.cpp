// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/paint_button.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QVariant>
#include <QWidget>

namespace ui {

namespace {

constexpr const char* kSegment = "segment";

struct Look
{
    std::optional<Color> fill; // nothing: the ground shows through
    std::optional<Color> line;
};

struct State
{
    bool isEnabled;
    bool isHovered;
    bool isDown;
    bool isOn;

    explicit State(const QStyleOption& option)
        : isEnabled(option.state.testFlag(QStyle::State_Enabled)),
          isHovered(option.state.testFlag(QStyle::State_MouseOver)),
          isDown(option.state.testFlag(QStyle::State_Sunken)),
          isOn(option.state.testFlag(QStyle::State_On))
    {
    }
};

Look pushButtonLook(const QString& kind, const State& state)
{
    const bool isHeld = state.isDown || state.isOn;
    if (kind == QLatin1String("link")) {
        return {};
    }
    if (kind == QLatin1String("ghost")) {
        if (!state.isEnabled) {
            return {};
        }
        return isHeld            ? Look{Color::Selected, Color::Selected}
               : state.isHovered ? Look{Color::Hover, Color::Hover}
                                 : Look{};
    }
    if (!state.isEnabled) {
        return {Color::Inset, Color::Line};
    }
    if (kind == QLatin1String("primary")) {
        return state.isDown      ? Look{Color::AccentFillPressed, Color::AccentFillPressed}
               : state.isHovered ? Look{Color::AccentFillHover, Color::AccentFillHover}
                                 : Look{Color::AccentFill, Color::AccentFill};
    }
    if (kind == QLatin1String("danger") && (state.isDown || state.isHovered)) {
        return state.isDown ? Look{Color::ErrorLine, Color::Error}
                            : Look{Color::ErrorSoft, Color::ErrorLine};
    }
    return isHeld            ? Look{Color::Hover, Color::FieldLine}
           : state.isHovered ? Look{Color::Inset, Color::FieldLine}
                             : Look{Color::Surface, Color::LineStrong};
}

Look toolButtonLook(bool isFramed, const State& state)
{
    if (isFramed) {
        return !state.isEnabled  ? Look{Color::Inset, Color::Line}
               : state.isDown    ? Look{Color::Hover, Color::LineStrong}
               : state.isHovered ? Look{Color::Inset, Color::FieldLine}
                                 : Look{Color::Surface, Color::LineStrong};
    }
    return !state.isEnabled             ? Look{}
           : state.isDown || state.isOn ? Look{Color::Selected, {}}
           : state.isHovered            ? Look{Color::Hover, {}}
                                        : Look{};
}

QColor colorOr(const std::optional<Color>& color)
{
    return color ? theme().color(*color) : QColor(Qt::transparent);
}

void paintBox(QPainter& painter, const QRect& rect, const Look& look)
{
    if (look.fill || look.line) {
        paintRoundedBox(painter,
                        rect,
                        colorOr(look.fill),
                        colorOr(look.line ? look.line : look.fill),
                        theme().number(QStringLiteral("radius/control")));
    }
}

// Segments share their edges: only the outer corners are round, only the last closes at its end.
void paintSegment(QPainter& painter,
                  const QStyleOption& option,
                  const QString& segment,
                  const State& state)
{
    const bool isReversed = option.direction == Qt::RightToLeft;
    const bool isFirst = segment == QLatin1String("first") || segment == QLatin1String("only");
    const bool isLast = segment == QLatin1String("last") || segment == QLatin1String("only");
    const bool isLeft = isReversed ? isLast : isFirst;
    const bool isRight = isReversed ? isFirst : isLast;
    const double radius = theme().number(QStringLiteral("radius/control")) - 0.5;
    // Beyond the edges that are not its own it is drawn and clipped away.
    QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    box.adjust(isLeft ? 0 : (isReversed ? -radius : 0), 0, isRight ? 0 : radius + 1, 0);
    QPainterPath shape;
    shape.setFillRule(Qt::WindingFill);
    shape.addRoundedRect(box, radius, radius);
    if (!isLeft) {
        shape.addRect(QRectF(box.left(), box.top(), radius, box.height()));
    }
    const Color fill = !state.isEnabled                  ? Color::Inset
                       : state.isOn                      ? Color::AccentSoft
                       : state.isHovered || state.isDown ? Color::Inset
                                                         : Color::Surface;
    painter.save();
    painter.setClipRect(option.rect);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Color::LineStrong), 1));
    painter.setBrush(theme().color(fill));
    painter.drawPath(shape.simplified());
    painter.restore();
}

} // namespace

void paintPushButtonBox(QPainter& painter, const QStyleOption& option, const QWidget* widget)
{
    const QString kind = widget ? widget->property("kind").toString() : QString();
    paintBox(painter, option.rect, pushButtonLook(kind, State(option)));
}

void paintToolButtonBox(QPainter& painter, const QStyleOption& option, const QWidget* widget)
{
    const State state(option);
    if (isSegment(widget)) {
        paintSegment(painter, option, widget->property(kSegment).toString(), state);
        return;
    }
    const bool isFramed = widget && widget->property("framed").toBool();
    paintBox(painter, option.rect, toolButtonLook(isFramed, state));
}

QColor toolButtonInk(const QStyleOption& option, const QWidget* widget)
{
    const State state(option);
    if (!state.isEnabled) {
        return theme().color(Color::TextDisabled);
    }
    if (isSegment(widget)) {
        return theme().color(state.isOn ? Color::Accent : Color::Text);
    }
    return theme().color(Color::TextSecondary);
}

bool isSegment(const QWidget* widget)
{
    return widget && widget->property(kSegment).isValid();
}

} // namespace ui
