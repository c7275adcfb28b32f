// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tab_bar.h"

#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>

namespace ui::widgets {
namespace {

constexpr int kPadding = 10;
constexpr int kCountGap = 6;
constexpr int kUnderline = 2;

QFont tabFont()
{
    QFont font = theme().font(Type::Body);
    font.setWeight(QFont::Medium);
    return font;
}

} // namespace

TabBar::TabBar(QWidget* parent) : QTabBar(parent)
{
    setDrawBase(false);
    setExpanding(false);
    setElideMode(Qt::ElideNone);
    setUsesScrollButtons(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setFont(tabFont());
    connect(&theme(), &Theme::changed, this, [this] {
        setFont(tabFont());
        updateGeometry();
    });
}

void TabBar::setCount(int index, int count)
{
    setTabData(index, count);
    // The bar measures its tabs again only when a text changes.
    setTabText(index, tabText(index) + QLatin1Char(' '));
    setTabText(index, tabText(index).chopped(1));
    update();
}

int TabBar::countOf(int index) const
{
    return tabData(index).isValid() ? tabData(index).toInt() : -1;
}

QString TabBar::countText(int index) const
{
    return countOf(index) < 0 ? QString() : locale().toString(countOf(index));
}

QSize TabBar::tabSizeHint(int index) const
{
    int width =
        QFontMetrics(tabFont()).horizontalAdvance(tabText(index)) + 2 * theme().px(kPadding);
    if (const QString count = countText(index); !count.isEmpty()) {
        width += kCountGap + QFontMetrics(theme().font(Type::Small)).horizontalAdvance(count);
    }
    return {width, theme().height(Size::TabBar)};
}

void TabBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const int hovered = tabAt(mapFromGlobal(QCursor::pos()));
    const int padding = theme().px(kPadding);
    for (int i = 0; i < count(); ++i) {
        if (!isTabVisible(i)) {
            continue;
        }
        const QRect tab = tabRect(i);
        const QRect inner = tab.adjusted(padding, 0, -padding, 0);
        const bool isCurrent = i == currentIndex();
        const bool isBright = isCurrent || (i == hovered && underMouse());
        painter.setFont(tabFont());
        painter.setPen(theme().color(!isTabEnabled(i) ? Color::TextDisabled
                                     : isBright       ? Color::Text
                                                      : Color::TextSecondary));
        painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, tabText(i));
        painter.setFont(theme().font(Type::Small));
        painter.setPen(theme().color(Color::TextTertiary));
        painter.drawText(
            inner, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, countText(i));
        if (isCurrent) {
            painter.fillRect(
                QRect(inner.left(), tab.bottom() - kUnderline + 1, inner.width(), kUnderline),
                theme().color(Color::Accent));
            if (hasFocus()) {
                painter.setPen(QPen(theme().color(Color::Accent), 2));
                painter.setRenderHint(QPainter::Antialiasing);
                painter.drawRoundedRect(QRectF(tab).adjusted(3, 6, -3, -6), 6, 6);
            }
        }
    }
}

} // namespace ui::widgets
