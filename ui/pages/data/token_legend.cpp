// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/token_legend.h"

#include "ui/pages/data/token_paint.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace ui::pages::data {

namespace {

struct Entry
{
    Token token;
    QString meaning;
};

QList<Entry> entries()
{
    const auto token = [](const QString& text, bool trained, bool special) {
        return Token{0, text, text, trained, special};
    };
    return {{token(TokenLegend::tr("trained", "look of a token"), true, false),
             TokenLegend::tr("in the loss")},
            {token(TokenLegend::tr("context", "look of a token"), false, false),
             TokenLegend::tr("read only")},
            {token(TokenLegend::tr("special", "look of a token"), false, true),
             TokenLegend::tr("of the template")}};
}

} // namespace

TokenLegend::TokenLegend(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    QStringList words;
    for (const Entry& entry : entries()) {
        words.append(entry.token.text + QStringLiteral(": ") + entry.meaning);
    }
    setAccessibleName(words.join(QStringLiteral(", ")));
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize TokenLegend::sizeHint() const
{
    return {theme().px(420), theme().px(46)};
}

QSize TokenLegend::minimumSizeHint() const
{
    return {theme().px(120), sizeHint().height()};
}

void TokenLegend::paintEvent(QPaintEvent*)
{
    const Theme& look = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    double x = look.px(16);
    const double cellHeight = look.px(22);
    for (const Entry& entry : entries()) {
        painter.setFont(look.font(Type::MonoSmall));
        const double cellWidth =
            painter.fontMetrics().horizontalAdvance(visibleText(entry.token)) + look.px(12);
        paintToken(
            painter, QRectF(x, (height() - cellHeight) / 2, cellWidth, cellHeight), entry.token);
        x += cellWidth + look.px(8);
        painter.setFont(look.font(Type::Small));
        painter.setPen(look.color(Color::TextTertiary));
        const double wide = painter.fontMetrics().horizontalAdvance(entry.meaning);
        painter.drawText(QRectF(x, 0, wide + 1, height()), Qt::AlignVCenter, entry.meaning);
        x += wide + look.px(24);
    }
}

} // namespace ui::pages::data
