// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip.h"

#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"

#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kPadding = 7;
constexpr int kDot = 6;
constexpr int kIcon = 12;
constexpr int kGap = 5;

struct Look
{
    Color text;
    Color fill;
    Color line;
};

Look lookOf(Chip::Kind kind)
{
    switch (kind) {
    case Chip::Kind::Accent:
        return {Color::Accent, Color::AccentSoft, Color::AccentLine};
    case Chip::Kind::Ok:
        return {Color::Ok, Color::OkSoft, Color::OkLine};
    case Chip::Kind::Warning:
        return {Color::Warning, Color::WarningSoft, Color::WarningLine};
    case Chip::Kind::Error:
        return {Color::Error, Color::ErrorSoft, Color::ErrorLine};
    case Chip::Kind::Neutral:
    case Chip::Kind::Mono:
        return {Color::TextSecondary, Color::Inset, Color::Line};
    }
    return {Color::TextSecondary, Color::Inset, Color::Line};
}

QFont chipFont(Chip::Kind kind)
{
    QFont font = theme().font(kind == Chip::Kind::Mono ? Type::MonoSmall : Type::Caption);
    if (kind != Chip::Kind::Mono) {
        font.setWeight(QFont::Medium);
    }
    return font;
}

int leadingWidth(bool hasDot, const QString& iconName)
{
    const int dot = hasDot ? theme().px(kDot + kGap) : 0;
    return dot + (iconName.isEmpty() ? 0 : theme().px(kIcon + kGap));
}

} // namespace

int chipWidth(const QString& text, Chip::Kind kind)
{
    return QFontMetrics(chipFont(kind)).horizontalAdvance(firstLine(text))
           + 2 * theme().px(kPadding);
}

void paintChip(QPainter& painter,
               const QRect& rect,
               const QString& text,
               Chip::Kind kind,
               bool hasDot,
               const QString& iconName)
{
    const Look look = lookOf(kind);
    const QColor ink = theme().color(look.text);
    painter.save();
    paintRoundedBox(painter,
                    rect,
                    theme().color(look.fill),
                    theme().color(look.line),
                    theme().number(QStringLiteral("radius/chip")));
    QRect inner = rect.adjusted(theme().px(kPadding), 0, -theme().px(kPadding), 0);
    if (hasDot) {
        const double side = theme().px(kDot);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        painter.drawEllipse(QRectF(inner.left(), rect.center().y() + 0.5 - side / 2, side, side));
        inner.setLeft(inner.left() + theme().px(kDot + kGap));
    }
    if (!iconName.isEmpty()) {
        const int side = theme().px(kIcon);
        paintIcon(painter, {inner.left(), rect.top(), side, rect.height()}, iconName, ink, kIcon);
        inner.setLeft(inner.left() + side + theme().px(kGap));
    }
    const QFont font = chipFont(kind);
    painter.setFont(font);
    painter.setPen(ink);
    const QString shown =
        QFontMetrics(font).elidedText(firstLine(text), Qt::ElideRight, inner.width() + 1);
    painter.drawText(
        inner.adjusted(0, 0, 2, 0), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
    painter.restore();
}

Chip::Chip(const QString& text, Kind kind, QWidget* parent) : QAbstractButton(parent), m_kind(kind)
{
    setText(text);
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(chipFont(kind));
    connect(&theme(), &Theme::changed, this, [this] {
        setFont(chipFont(m_kind));
        updateGeometry();
    });
}

void Chip::setKind(Kind kind)
{
    m_kind = kind;
    setFont(chipFont(kind));
    updateGeometry();
    update();
}

void Chip::setDot(bool dot)
{
    m_hasDot = dot;
    updateGeometry();
    update();
}

void Chip::setIconName(const QString& name)
{
    m_iconName = name;
    updateGeometry();
    update();
}

void Chip::setFilter(bool filter)
{
    setCheckable(filter);
    setAttribute(Qt::WA_TransparentForMouseEvents, !filter);
    setFocusPolicy(filter ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(filter ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

QSize Chip::sizeHint() const
{
    return {chipWidth(text(), m_kind) + leadingWidth(m_hasDot, m_iconName),
            theme().height(Size::Chip)};
}

QSize Chip::minimumSizeHint() const
{
    return sizeHint();
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const Kind shown = isCheckable() && isChecked() ? Kind::Accent : m_kind;
    paintChip(painter, rect(), text(), shown, m_hasDot, m_iconName);
}

} // namespace ui::widgets
