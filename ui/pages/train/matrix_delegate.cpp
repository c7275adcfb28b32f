// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/matrix_delegate.h"

#include "ui/pages/train/target_matrix_model.h"
#include "ui/theme/figures.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace ui::pages::train {

namespace {

constexpr double kCellHeight = 18;
constexpr double kGap = 2;
constexpr double kRadius = 3;

struct CellColors
{
    QColor fill;
    QColor text;
};

CellColors colorsOf(CellKind kind)
{
    const Theme& t = theme();
    switch (kind) {
    case CellKind::Default:
        return {t.color(Color::AccentSoft), t.color(Color::Accent)};
    case CellKind::Lower:
        return {t.color(Color::RankLower), t.color(Color::RankLowerText)};
    case CellKind::Higher:
        return {t.color(Color::RankHigher), t.color(Color::RankHigherText)};
    default:
        return {QColor(), t.color(Color::TextTertiary)};
    }
}

} // namespace

MatrixDelegate::MatrixDelegate(TargetMatrixModel& model, QObject* parent)
    : QStyledItemDelegate(parent), m_model(model)
{
}

int MatrixDelegate::rowHeight()
{
    const int text = QFontMetrics(theme().font(Type::Small)).height();
    return std::max(theme().px(kCellHeight), text) + theme().px(kGap);
}

void MatrixDelegate::paint(QPainter* painter,
                           const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (index.row() == m_model.sumRow() || index.column() == m_model.parametersColumn()) {
        paintSum(*painter, option, index);
    } else {
        paintCell(*painter, option, index);
    }
    painter->restore();
}

void MatrixDelegate::paintCell(QPainter& painter,
                               const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const auto kind = static_cast<CellKind>(index.data(TargetMatrixModel::KindRole).toInt());
    if (kind == CellKind::Absent) {
        return;
    }
    const double half = theme().px(kGap) / 2.0;
    const QRectF cell = QRectF(option.rect).adjusted(half, half, -half, -half);
    const CellColors colors = colorsOf(kind);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (colors.fill.isValid()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.fill);
        painter.drawRoundedRect(cell, kRadius, kRadius);
    } else if (isSelected || option.state.testFlag(QStyle::State_MouseOver)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(Color::Hover));
        painter.drawRoundedRect(cell, kRadius, kRadius);
    }
    painter.setFont(theme().font(Type::Small));
    painter.setPen(colors.text);
    painter.drawText(cell, Qt::AlignCenter, index.data().toString());
    if (isSelected) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme().color(Color::Accent),
                            option.state.testFlag(QStyle::State_HasFocus) ? 2 : 1.5));
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    }
}

void MatrixDelegate::paintSum(QPainter& painter,
                              const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    const bool isParameters = index.column() == m_model.parametersColumn();
    const bool isTotal = isParameters && index.row() == m_model.sumRow();
    painter.setFont(theme().font(isTotal ? Type::BodyStrong : Type::Small));
    painter.setPen(theme().color(isTotal                           ? Color::Text
                                 : index.row() == m_model.sumRow() ? Color::TextSecondary
                                                                   : Color::TextTertiary));
    const QString text = index.data().toString();
    if (isParameters) {
        paintFigures(painter, option.rect, text, Qt::AlignRight);
    } else {
        painter.drawText(option.rect, Qt::AlignCenter, text);
    }
}

} // namespace ui::pages::train
