// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/token_tip.h"

#include "app/base/format.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui::pages::playground {

namespace {

constexpr std::size_t kMostRows = 3;
constexpr int kLongestToken = 24;

QFont rowFont(bool isStrong)
{
    return theme().font(isStrong ? Type::BodyStrong : Type::Body);
}

int rowHeight()
{
    return QFontMetrics(rowFont(false)).height() + theme().px(4);
}

} // namespace

QString shownToken(const QString& text)
{
    QString shown = text.left(kLongestToken);
    // A blank in front belongs to nearly every word; one that is the whole token must be seen.
    if (shown.trimmed().isEmpty()) {
        shown.replace(u' ', u'·').replace(u'\n', u'⏎').replace(u'\t', u'→');
    } else {
        shown = shown.trimmed();
    }
    return text.size() > kLongestToken ? shown + u'…' : shown;
}

TokenTip::TokenTip(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void TokenTip::setToken(const QString& text, const WrittenToken& token)
{
    m_rows = {{shownToken(text), token.probability, true}};
    for (const Alternative& rival : token.top) {
        // The chosen one is among its rivals when it was probable enough.
        const bool isChosen = rival.text == text || rival.probability == token.probability;
        if (!isChosen && m_rows.size() < kMostRows) {
            m_rows.push_back({shownToken(rival.text), rival.probability, false});
        }
    }
    std::stable_sort(m_rows.begin(), m_rows.end(), [](const Row& one, const Row& other) {
        return one.probability > other.probability;
    });
    setAccessibleName(words());
    resize(sizeHint());
    update();
}

QString TokenTip::words() const
{
    QStringList rows;
    for (const Row& row : m_rows) {
        rows << row.text + QLatin1Char(' ') + app::formatPercent(row.probability, 1);
    }
    return rows.join(QLatin1String(", "));
}

void TokenTip::placeAt(const QRect& rect)
{
    const int gap = theme().px(6);
    const QRect room = parentWidget()->rect();
    const int x = std::clamp(rect.left() - gap, 0, std::max(0, room.width() - width()));
    const bool fitsBelow = rect.bottom() + gap + height() <= room.bottom();
    move(x, fitsBelow ? rect.bottom() + gap : std::max(0, rect.top() - gap - height()));
    raise();
    show();
}

int TokenTip::textWidth() const
{
    int width = theme().px(40);
    for (const Row& row : m_rows) {
        width = std::max(width, QFontMetrics(rowFont(row.isChosen)).horizontalAdvance(row.text));
    }
    return width;
}

QSize TokenTip::sizeHint() const
{
    const int percent = QFontMetrics(rowFont(true)).horizontalAdvance(app::formatPercent(0.888, 1));
    return {textWidth() + percent + theme().px(12 + 14 + 78 + 12 + 12),
            int(m_rows.size()) * rowHeight() + theme().px(14)};
}

void TokenTip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor fill = theme().color(Color::Tooltip);
    paintRoundedBox(painter, rect(), fill, fill, theme().number(QStringLiteral("radius/card")));
    const QColor text = theme().color(Color::TooltipText);
    QColor quiet = text;
    quiet.setAlphaF(0.55F);
    // The tooltip is dark in both themes.
    const QColor bar = theme().tokens(true).colors[size_t(Color::Accent)];
    const int left = theme().px(12);
    const int barLeft = left + textWidth() + theme().px(14);
    const int barWidth = theme().px(78);
    int y = theme().px(7);
    for (const Row& row : m_rows) {
        painter.setFont(rowFont(row.isChosen));
        painter.setPen(text);
        const QRect line(left, y, width() - 2 * left, rowHeight());
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, row.text);
        painter.setFont(rowFont(false));
        painter.drawText(
            line, Qt::AlignRight | Qt::AlignVCenter, app::formatPercent(row.probability, 1));
        const int thickness = theme().px(6);
        const double share = std::isfinite(row.probability) ? row.probability : 0;
        painter.setPen(Qt::NoPen);
        painter.setBrush(row.isChosen ? bar : quiet);
        painter.drawRoundedRect(QRectF(barLeft,
                                       y + (rowHeight() - thickness) / 2.0,
                                       std::max(3.0, barWidth * share),
                                       thickness),
                                thickness / 2.0,
                                thickness / 2.0);
        y += rowHeight();
    }
}

} // namespace ui::pages::playground
