// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/matrix_legend.h"

#include "app/base/format.h"
#include "ui/pages/train/target_matrix_model.h"
#include "ui/pages/train/target_matrix_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QPainter>

namespace ui::pages::train {

namespace {

constexpr double kSwatch = 9;

using widgets::PlainLabel;

} // namespace

MatrixLegend::MatrixLegend(TargetMatrixModel& model, TargetMatrixView& view, QWidget* parent)
    : QWidget(parent), m_model(model), m_view(view), m_name(new PlainLabel({}, Type::BodyStrong)),
      m_facts(new widgets::ElidedLabel({}, Type::Small, Tone::Secondary)),
      m_lower(new PlainLabel({}, Type::Small, Tone::Secondary)),
      m_higher(new PlainLabel({}, Type::Small, Tone::Secondary)),
      m_reset(widgets::linkButton(tr("Reset")))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(8));
    m_facts->setElideMode(Qt::ElideRight);
    const int indent = theme().px(kSwatch + 6);
    m_lower->setIndent(indent);
    m_higher->setIndent(indent);
    layout->addWidget(m_name);
    layout->addWidget(m_facts, 1);
    layout->addWidget(m_lower);
    layout->addWidget(m_higher);
    layout->addWidget(m_reset);
    connect(m_reset, &QAbstractButton::clicked, this, [this] { m_model.resetAll(); });
    connect(&model, &TargetMatrixModel::selectionChanged, this, &MatrixLegend::follow);
    connect(&view, &TargetMatrixView::selectionEdited, this, &MatrixLegend::describeSelection);
    follow();
}

void MatrixLegend::follow()
{
    const int lower = m_model.countOf(CellKind::Lower);
    const int higher = m_model.countOf(CellKind::Higher);
    const int off = m_model.countOf(CellKind::Off);
    m_lower->setText(tr("%n cells lower", nullptr, lower));
    m_higher->setText(tr("%n cells higher", nullptr, higher));
    m_lower->setVisible(lower > 0);
    m_higher->setVisible(higher > 0);
    m_reset->setVisible(lower > 0 || higher > 0 || off > 0);
    m_reset->setToolTip(tr("Every linear module of the layers, at the default rank"));
    describeSelection();
    update();
}

void MatrixLegend::describeSelection()
{
    const QModelIndexList cells = m_view.selectedCells();
    m_name->setVisible(!cells.isEmpty());
    if (cells.isEmpty()) {
        m_name->setText({});
        m_facts->setText(m_model.hasOwnRanks()
                             ? tr("Click or drag to select cells, then type a rank")
                             : tr("Click or drag to select cells, Space switches them"));
        return;
    }
    int64_t parameters = 0;
    int on = 0;
    for (const QModelIndex& cell : cells) {
        parameters += m_model.parametersOf(m_model.moduleAt(cell));
        on += cell.data(TargetMatrixModel::RankRole).toInt() > 0 ? 1 : 0;
    }
    if (cells.size() > 1) {
        m_name->setText(tr("%n cells", nullptr, static_cast<int>(cells.size())));
        m_facts->setText(tr("%1 on · %2 params").arg(on).arg(app::formatCount(parameters)));
        return;
    }
    const int index = m_model.moduleAt(cells.first());
    const GridModule& module = m_model.grid().modules()[static_cast<std::size_t>(index)];
    const QString kind = m_model.grid().columns()[static_cast<std::size_t>(module.column)].title;
    m_name->setText(module.layer >= 0 ? tr("Layer %1 · %2").arg(module.layer).arg(kind) : kind);
    const int rank = m_model.selection().ranks[static_cast<std::size_t>(index)];
    const double alpha = m_model.selection().alphas[static_cast<std::size_t>(index)];
    m_facts->setText(rank == 0 ? tr("off · %1 → %2").arg(module.in).arg(module.out)
                     : !m_model.hasRank()
                         ? tr("%1 params").arg(app::formatCount(parameters))
                         : tr("r %1 · α %2 · %3 params")
                               .arg(rank)
                               .arg(widgets::shortNumber(alpha), app::formatCount(parameters)));
}

void MatrixLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto swatch = [&](const PlainLabel* label, Color fill, Color line) {
        if (label->isVisible()) {
            const double size = theme().px(kSwatch);
            painter.setPen(theme().color(line));
            painter.setBrush(theme().color(fill));
            painter.drawRoundedRect(
                QRectF(
                    label->x() + 0.5, label->geometry().center().y() - size / 2 + 0.5, size, size),
                2,
                2);
        }
    };
    swatch(m_lower, Color::RankLower, Color::RankLowerLine);
    swatch(m_higher, Color::RankHigher, Color::RankHigherLine);
}

} // namespace ui::pages::train
