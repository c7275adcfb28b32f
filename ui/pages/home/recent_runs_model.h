// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The newest runs as rows of the table on the Home page. Follows the RunCenter.
#pragma once

#include "app/runs/run_center.h"

#include <QAbstractTableModel>

namespace ui::pages::home {

class RecentRunsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Base, Method, Trainable, Status, Validation, Loss, Time, Started };
    static constexpr int kColumns = Started + 1;
    static constexpr int kRows = 8;
    // QString: where the row leads.
    static constexpr int kFolderRole = Qt::UserRole + 1;

    explicit RecentRunsModel(app::runs::RunCenter& center, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const app::runs::RunInfo& run, int column) const;
    QString timeText(const app::runs::RunInfo& run) const;
    QString stepText(const app::runs::RunInfo& run) const;

    app::runs::RunCenter& m_center;
};

} // namespace ui::pages::home
