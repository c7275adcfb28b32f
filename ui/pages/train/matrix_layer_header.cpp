// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/matrix_layer_header.h"

#include "ui/pages/train/target_matrix_model.h"
#include "ui/theme/figures.h"
#include "ui/theme/theme.h"

#include <QPaintEvent>
#include <QPainter>

#include <algorithm>

namespace ui::pages::train {

MatrixLayerHeader::MatrixLayerHeader(TargetMatrixModel& model, QWidget* parent)
    : QHeaderView(Qt::Vertical, parent), m_model(model)
{
    setSectionsClickable(true);
    setHighlightSections(false);
}

QSize MatrixLayerHeader::sizeHint() const
{
    const QFontMetrics metrics(theme().font(Type::Small));
    const int words = std::max(metrics.horizontalAdvance(TargetMatrixModel::tr("Layer")),
                               metrics.horizontalAdvance(TargetMatrixModel::tr("Head")));
    return {words + theme().px(20), 0};
}

void MatrixLayerHeader::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), theme().color(Color::Surface));
    painter.setFont(theme().font(Type::Small));
    painter.setPen(theme().color(Color::TextTertiary));
    const int gap = theme().px(12);
    for (int section = 0; section < count(); ++section) {
        if (isSectionHidden(section)) {
            continue;
        }
        const QRect rect(0, sectionViewportPosition(section), width() - gap, sectionSize(section));
        if (rect.intersects(event->rect())) {
            paintFigures(painter,
                         rect,
                         m_model.headerData(section, Qt::Vertical, Qt::DisplayRole).toString());
        }
    }
}

} // namespace ui::pages::train
