// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of the studio as rows, newest first. Follows the RunCenter; ten thousand rows cost what
// is visible. GUI thread only.
#pragma once

#include "app/runs/run_center.h"

#include <QAbstractListModel>
#include <QHash>

namespace ui::pages::runs {

class RunListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    // Beside the roles of ui/widgets/item_roles.h.
    enum Role {
        FolderRole = Qt::UserRole + 1, // QString
        RunStatusRole,                 // int(RunStatus)
        FilterRole,                    // QString: what a filter looks in, lower case
    };

    explicit RunListModel(app::runs::RunCenter& center, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    // Invalid when there is no such run.
    QModelIndex indexOf(const QString& folder) const;

private:
    void reset();

    app::runs::RunCenter& m_center;
    QHash<QString, int> m_rows; // by folder
};

} // namespace ui::pages::runs
