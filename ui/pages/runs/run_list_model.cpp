// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_list_model.h"

#include "app/base/format.h"
#include "ui/pages/runs/run_texts.h"
#include "ui/widgets/item_roles.h"

namespace ui::pages::runs {

using app::runs::RunInfo;
using app::runs::RunStatus;

namespace {

QList<double> sparkPoints(const RunInfo& run)
{
    QList<double> points;
    points.reserve(static_cast<qsizetype>(run.lossPoints.size()));
    for (const QPointF& point : run.lossPoints) {
        points.append(point.y());
    }
    return points;
}

Tone lineTone(RunStatus status)
{
    return status == RunStatus::Failed ? Tone::Error : Tone::Secondary;
}

} // namespace

RunListModel::RunListModel(app::runs::RunCenter& center, QObject* parent)
    : QAbstractListModel(parent), m_center(center)
{
    reset();
    connect(&center, &app::runs::RunCenter::listChanged, this, [this] {
        beginResetModel();
        reset();
        endResetModel();
    });
    connect(&center, &app::runs::RunCenter::changed, this, [this](const QString& folder) {
        const QModelIndex changed = indexOf(folder);
        if (changed.isValid()) {
            Q_EMIT dataChanged(changed, changed);
        }
    });
}

void RunListModel::reset()
{
    m_rows.clear();
    int row = 0;
    for (const RunInfo& run : m_center.runs()) {
        m_rows.insert(run.folder, row++);
    }
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    const auto row = static_cast<size_t>(index.row());
    if (!index.isValid() || row >= m_center.runs().size()) {
        return {};
    }
    const RunInfo& run = m_center.runs()[row];
    switch (role) {
    case Qt::DisplayRole:
        return run.name;
    case Qt::AccessibleTextRole:
        return tr("%1, %2, %3").arg(run.name, statusWord(run.status), listLine(run));
    case widgets::TrailingRole:
        return app::formatWhen(run.started);
    case widgets::SecondLineRole:
        return listLine(run);
    case widgets::SecondToneRole:
        return static_cast<int>(lineTone(run.status));
    case widgets::StatusRole:
        return static_cast<int>(statusKind(run.status));
    case widgets::PointsRole:
        return QVariant::fromValue(sparkPoints(run));
    case FolderRole:
        return run.folder;
    case RunStatusRole:
        return static_cast<int>(run.status);
    case FilterRole:
        return QString(run.name % u' ' % run.baseName % u' ' % run.method % u' ' % run.dataName)
            .toLower();
    default:
        return {};
    }
}

QModelIndex RunListModel::indexOf(const QString& folder) const
{
    const auto found = m_rows.constFind(folder);
    return found == m_rows.cend() ? QModelIndex() : index(*found);
}

} // namespace ui::pages::runs
