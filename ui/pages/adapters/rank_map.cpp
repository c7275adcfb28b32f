// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/rank_map.h"

#include "ui/theme/theme.h"
#include "ui/widgets/row_delegate.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace ui::pages::adapters {

namespace {

// A label below the cells every so many layers.
int labelStep(int layers)
{
    for (const int step : {1, 2, 4, 8, 16, 32, 64}) {
        if (layers / step <= 10) {
            return step;
        }
    }
    return 128;
}

} // namespace

RankMap::RankMap(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void RankMap::setGrid(const RankGrid& grid)
{
    m_grid = grid;
    QStringList words;
    for (const auto& [rank, modules] : grid.used) {
        words << tr("rank %1 in %n modules", nullptr, modules).arg(rank);
    }
    setAccessibleName(tr("Rank map"));
    setAccessibleDescription(words.join(QLatin1String(", ")));
    updateGeometry();
    update();
}

QColor RankMap::colorOf(int rank) const
{
    if (rank <= 0 || m_grid.used.empty()) {
        return theme().color(Color::Inset);
    }
    const int usual = m_grid.used.front().first;
    return theme().color(rank == usual  ? Color::AccentLine
                         : rank < usual ? Color::RankLowerLine
                                        : Color::RankHigherLine);
}

int RankMap::labelWidth() const
{
    const QFontMetrics metrics(theme().font(Type::Caption));
    int width = theme().px(32);
    for (const QString& kind : m_grid.kinds) {
        width = std::max(width, metrics.horizontalAdvance(kind));
    }
    return std::min(width, theme().px(96)) + theme().px(8);
}

int RankMap::rowHeight() const
{
    return std::max(theme().px(14), QFontMetrics(theme().font(Type::Caption)).height());
}

QRectF RankMap::cellRect(int kind, int layer) const
{
    const double left = labelWidth();
    const double step = (width() - left) / std::max(1, m_grid.layers);
    const double gap = step > 6 ? theme().px(2) : 0.5;
    return {left + layer * step, double(kind * rowHeight()) + 1, step - gap, rowHeight() - 2.0};
}

QString RankMap::wordsAt(const QPoint& point) const
{
    for (int kind = 0; kind < m_grid.kinds.size(); ++kind) {
        for (int layer = 0; layer < m_grid.layers; ++layer) {
            if (cellRect(kind, layer).contains(point)) {
                const int rank = m_grid.rank(kind, layer);
                return rank > 0 ? tr("%1, layer %2: rank %3")
                                      .arg(m_grid.kinds[kind])
                                      .arg(layer)
                                      .arg(rank)
                                : tr("%1, layer %2: no adapter").arg(m_grid.kinds[kind]).arg(layer);
            }
        }
    }
    return {};
}

QSize RankMap::sizeHint() const
{
    return {theme().px(320), int(m_grid.kinds.size() + 1) * rowHeight() + theme().px(4)};
}

QSize RankMap::minimumSizeHint() const
{
    return {theme().px(120), sizeHint().height()};
}

bool RankMap::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), widgets::plainToolTip(wordsAt(help->pos())), this);
        return true;
    }
    return QWidget::event(event);
}

void RankMap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QFont font = theme().font(Type::Caption);
    const int labels = labelWidth();
    for (int kind = 0; kind < m_grid.kinds.size(); ++kind) {
        widgets::paintText(painter,
                           QRect(0, kind * rowHeight(), labels - theme().px(8), rowHeight()),
                           m_grid.kinds[kind],
                           font,
                           Color::TextSecondary);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    for (int kind = 0; kind < m_grid.kinds.size(); ++kind) {
        for (int layer = 0; layer < m_grid.layers; ++layer) {
            painter.setBrush(colorOf(m_grid.rank(kind, layer)));
            painter.drawRoundedRect(cellRect(kind, layer), 2, 2);
        }
    }
    const int top = int(m_grid.kinds.size()) * rowHeight() + theme().px(2);
    const int step = labelStep(m_grid.layers);
    for (int layer = 0; layer < m_grid.layers; ++layer) {
        const bool isLast = layer == m_grid.layers - 1;
        const bool hasRoom = layer % step == 0 && m_grid.layers - 1 - layer >= (step + 1) / 2;
        if (isLast || hasRoom) {
            const QRectF cell = cellRect(0, layer);
            const int wide = theme().px(32);
            widgets::paintText(painter,
                               QRect(std::min(int(cell.center().x()) - wide / 2, width() - wide),
                                     top,
                                     wide,
                                     rowHeight()),
                               QString::number(layer),
                               font,
                               Color::TextSecondary,
                               isLast && step > 1 ? Qt::AlignRight : Qt::AlignHCenter);
        }
    }
}

} // namespace ui::pages::adapters
