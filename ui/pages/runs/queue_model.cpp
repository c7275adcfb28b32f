// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/queue_model.h"

#include "app/base/error_text.h"
#include "app/base/format.h"

#include "ui/widgets/item_roles.h"

#include <QMimeData>

#include <algorithm>

namespace ui::pages::runs {

namespace {

const QString kMimeType = QStringLiteral("application/x-lora-studio-queued-job");

} // namespace

QueueModel::QueueModel(app::runs::RunCenter& center, QObject* parent)
    : QAbstractListModel(parent), m_center(center)
{
    connect(&center, &app::runs::RunCenter::queueChanged, this, [this] {
        beginResetModel();
        endResetModel();
    });
}

int QueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_center.queue().size());
}

QVariant QueueModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const app::runs::QueuedJob& job = m_center.queue()[static_cast<size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return QString(QString::number(index.row() + 1) % QLatin1String("   ") % job.name);
    case Qt::AccessibleTextRole:
        return tr("%1, place %2 in the queue").arg(job.name).arg(index.row() + 1);
    case widgets::IconNameRole:
        return QStringLiteral("grip");
    case widgets::TrailingRole:
        return app::formatWhen(job.added);
    default:
        return {};
    }
}

Qt::ItemFlags QueueModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? QAbstractListModel::flags(index) | Qt::ItemIsDragEnabled
                           : Qt::ItemIsDropEnabled;
}

QStringList QueueModel::mimeTypes() const
{
    return {kMimeType};
}

QMimeData* QueueModel::mimeData(const QModelIndexList& indexes) const
{
    auto* data = new QMimeData;
    if (!indexes.isEmpty()) {
        data->setData(kMimeType, QByteArray::number(indexes.first().row()));
    }
    return data;
}

// Returns false: the view must not remove the row, the order comes back by queueChanged().
bool QueueModel::dropMimeData(
    const QMimeData* data, Qt::DropAction, int row, int, const QModelIndex& parent)
{
    if (data->hasFormat(kMimeType)) {
        const int from = data->data(kMimeType).toInt();
        const int before = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
        move(from, before > from ? before - 1 : before);
    }
    return false;
}

void QueueModel::move(int from, int to)
{
    if (from < 0 || from >= rowCount() || to < 0 || to >= rowCount() || from == to) {
        return;
    }
    const QString id = m_center.queue()[static_cast<size_t>(from)].id;
    const auto done = m_center.moveInQueue(id, to);
    if (!done.ok()) {
        Q_EMIT refused(app::errorSentence(done.error()), app::errorDetail(done.error()));
        return;
    }
    Q_EMIT moved(to);
}

void QueueModel::remove(int row)
{
    if (row < 0 || row >= rowCount()) {
        return;
    }
    const QString id = m_center.queue()[static_cast<size_t>(row)].id;
    const auto done = m_center.removeFromQueue(id);
    if (!done.ok()) {
        Q_EMIT refused(app::errorSentence(done.error()), app::errorDetail(done.error()));
    }
}

} // namespace ui::pages::runs
