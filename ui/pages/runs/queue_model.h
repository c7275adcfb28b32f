// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The jobs that wait, as rows that can be dragged into another order.
#pragma once

#include "app/runs/run_center.h"

#include <QAbstractListModel>

namespace ui::pages::runs {

class QueueModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit QueueModel(app::runs::RunCenter& center, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data,
                      Qt::DropAction action,
                      int row,
                      int column,
                      const QModelIndex& parent) override;

    // Both are told to the RunCenter; what it refuses is emitted as refused().
    void move(int from, int to);
    void remove(int row);

Q_SIGNALS:
    void refused(const QString& cause, const QString& hint);
    void moved(int row); // where the job is now

private:
    app::runs::RunCenter& m_center;
};

} // namespace ui::pages::runs
