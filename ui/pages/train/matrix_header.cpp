// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/matrix_header.h"

#include "ui/pages/train/target_matrix_model.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace ui::pages::train {

namespace {

constexpr double kBracketHeight = 24;
constexpr double kBracketInset = 2;
constexpr double kBelow = 6;

int bracketHeight()
{
    return std::max(theme().px(kBracketHeight),
                    QFontMetrics(theme().font(Type::Caption)).height() + theme().px(4));
}

int lineHeight(Type type)
{
    return QFontMetrics(theme().font(type)).height();
}

} // namespace

MatrixHeader::MatrixHeader(TargetMatrixModel& model, QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent), m_model(model)
{
    setSectionsClickable(true);
    setSectionResizeMode(QHeaderView::Fixed);
    setHighlightSections(false);
    setAutoFillBackground(false);
}

QString MatrixHeader::shapeOf(int section) const
{
    if (section >= m_model.parametersColumn()) {
        return {};
    }
    const GridColumn& column = m_model.grid().columns()[static_cast<std::size_t>(section)];
    return column.in > 0 ? QStringLiteral("%1→%2").arg(column.in).arg(column.out)
                         : QStringLiteral("…");
}

int MatrixHeader::minimumCellWidth() const
{
    const QFontMetrics metrics(theme().font(Type::Caption));
    int width = theme().px(44);
    for (int section = 0; section < m_model.parametersColumn(); ++section) {
        if (m_model.isColumnUsed(section)) {
            width = std::max(width, metrics.horizontalAdvance(shapeOf(section)) + theme().px(4));
        }
    }
    return width;
}

QSize MatrixHeader::sizeHint() const
{
    const int lines = lineHeight(Type::BodyStrong) + lineHeight(Type::Caption);
    return {0, bracketHeight() + lines + theme().px(kBelow)};
}

void MatrixHeader::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), theme().color(Color::Surface));
    for (int section = 0; section < count(); ++section) {
        if (!isSectionHidden(section)) {
            paintSection(&painter,
                         QRect(sectionViewportPosition(section), 0, sectionSize(section), height()),
                         section);
        }
    }
    paintBrackets(painter);
}

void MatrixHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const QString title = model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
    const int shapeHeight = lineHeight(Type::Caption);
    const int bottom = rect.bottom() + 1 - theme().px(kBelow);
    const QRect shapeRect(rect.left(), bottom - shapeHeight, rect.width(), shapeHeight);
    painter->setPen(theme().color(Color::TextTertiary));
    painter->setFont(theme().font(Type::Caption));
    if (section == m_model.parametersColumn()) {
        painter->drawText(shapeRect, Qt::AlignRight | Qt::AlignVCenter, title);
        return;
    }
    painter->drawText(shapeRect, Qt::AlignCenter, shapeOf(section));
    painter->setFont(theme().font(Type::BodyStrong));
    painter->setPen(theme().color(Color::Text));
    const int titleHeight = lineHeight(Type::BodyStrong);
    const QRect titleRect(rect.left(), shapeRect.top() - titleHeight, rect.width(), titleHeight);
    painter->drawText(
        titleRect,
        Qt::AlignCenter,
        painter->fontMetrics().elidedText(title, Qt::ElideMiddle, rect.width() - theme().px(2)));
}

void MatrixHeader::paintBrackets(QPainter& painter) const
{
    const auto words = [](ColumnGroup group) {
        switch (group) {
        case ColumnGroup::Attention:
            return TargetMatrixModel::tr("Attention");
        case ColumnGroup::Mlp:
            return TargetMatrixModel::tr("MLP");
        default:
            return QString();
        }
    };
    const int inset = theme().px(kBracketInset);
    const int line = bracketHeight() - 1;
    for (int first = 0; first < m_model.parametersColumn();) {
        const ColumnGroup group = m_model.grid().columns()[static_cast<std::size_t>(first)].group;
        int last = first;
        while (last + 1 < m_model.parametersColumn()
               && m_model.grid().columns()[static_cast<std::size_t>(last + 1)].group == group) {
            ++last;
        }
        const int left = sectionViewportPosition(first) + inset;
        const int right = sectionViewportPosition(last) + sectionSize(last) - inset;
        if (const QString text = words(group); !text.isEmpty() && right > left) {
            painter.setPen(theme().color(Color::LineStrong));
            painter.drawLine(left, line, right - 1, line);
            painter.setPen(theme().color(Color::TextTertiary));
            painter.setFont(theme().font(Type::Caption));
            painter.drawText(QRect(left, 0, right - left, line), Qt::AlignCenter, text);
        }
        first = last + 1;
    }
}

} // namespace ui::pages::train
