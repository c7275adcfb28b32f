// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/recent_runs_model.h"

#include "app/base/format.h"
#include "engine/contract/error_codes.h"
#include "ui/page/run_status.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

#include <algorithm>

namespace ui::pages::home {

using app::runs::RunInfo;
using app::runs::RunStatus;

namespace {

// A finished curve is quiet: only what trains or went wrong has a colour.
StatusKind curveKindOf(RunStatus status)
{
    const StatusKind kind = statusKind(status);
    return kind == StatusKind::Ok ? StatusKind::Idle : kind;
}

bool isNumber(int column)
{
    return column == RecentRunsModel::Trainable || column == RecentRunsModel::Validation
           || column == RecentRunsModel::Started;
}

QList<double> lossesOf(const RunInfo& run)
{
    QList<double> losses;
    losses.reserve(qsizetype(run.lossPoints.size()));
    for (const QPointF& point : run.lossPoints) {
        losses.append(point.y());
    }
    return losses;
}

} // namespace

RecentRunsModel::RecentRunsModel(app::runs::RunCenter& center, QObject* parent)
    : QAbstractTableModel(parent), m_center(center)
{
    connect(&center, &app::runs::RunCenter::listChanged, this, [this] {
        beginResetModel();
        endResetModel();
    });
    connect(&center, &app::runs::RunCenter::changed, this, [this](const QString& folder) {
        for (int row = 0; row < rowCount(); ++row) {
            if (m_center.runs()[size_t(row)].folder == folder) {
                Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
            }
        }
    });
}

int RecentRunsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(std::min<size_t>(m_center.runs().size(), kRows));
}

int RecentRunsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant RecentRunsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || size_t(index.row()) >= m_center.runs().size()) {
        return {};
    }
    const RunInfo& run = m_center.runs()[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(run, index.column());
    case Qt::TextAlignmentRole:
        return int((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case kFolderRole:
        return run.folder;
    case widgets::StatusRole:
        return int(index.column() == Loss ? curveKindOf(run.status) : statusKind(run.status));
    case widgets::PointsRole:
        return index.column() == Loss ? QVariant::fromValue(lossesOf(run)) : QVariant();
    case widgets::ToneRole:
        return index.column() == Name || index.column() == Status || index.column() == Validation
                       || index.column() == Trainable
                   ? QVariant()
                   : QVariant(int(Tone::Secondary));
    default:
        return {};
    }
}

QVariant RecentRunsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name:
        return tr("Run");
    case Base:
        return tr("Base");
    case Method:
        return tr("Method");
    case Trainable:
        return tr("Trainable");
    case Status:
        return tr("Status");
    case Validation:
        return tr("Validation");
    case Loss:
        return tr("Loss");
    case Time:
        return tr("Time");
    case Started:
        return tr("Started");
    default:
        return {};
    }
}

QString RecentRunsModel::text(const RunInfo& run, int column) const
{
    switch (column) {
    case Name:
        return run.name;
    case Base:
        return run.baseName;
    case Method:
        return run.method;
    case Trainable:
        return run.trainableParameters > 0 ? app::formatShort(run.trainableParameters)
                                           : app::noValue();
    case Status:
        return statusWord(run.status);
    case Validation:
        return run.bestEvalLoss ? app::formatLoss(*run.bestEvalLoss) : app::noValue();
    case Time:
        return timeText(run);
    case Started:
        return app::formatMoment(run.started);
    default:
        return {};
    }
}

QString RecentRunsModel::timeText(const RunInfo& run) const
{
    switch (run.status) {
    case RunStatus::Running:
        return run.secondsLeft >= 0 ? tr("%1 left").arg(app::formatDuration(run.secondsLeft))
                                    : QString();
    case RunStatus::Finished:
        return app::formatDuration(run.seconds);
    case RunStatus::Stopped:
    case RunStatus::Interrupted:
    case RunStatus::Paused:
        return stepText(run);
    case RunStatus::Failed:
        return run.error.code == ::engine::contract::code::kDiverged
                   ? tr("diverged at step %1").arg(app::formatCount(run.step))
                   : stepText(run);
    case RunStatus::Queued:
    case RunStatus::Starting:
    case RunStatus::Stopping:
        break;
    }
    return {};
}

QString RecentRunsModel::stepText(const RunInfo& run) const
{
    return run.totalSteps > 0
               ? tr("step %1 of %2")
                     .arg(app::formatCount(run.step), app::formatCount(run.totalSteps))
               : tr("step %1").arg(app::formatCount(run.step));
}

} // namespace ui::pages::home
