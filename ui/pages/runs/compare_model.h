// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a comparison as a table: a name, then a column for each run.
#pragma once

#include "ui/pages/runs/compare_tables.h"

#include <QAbstractTableModel>

namespace ui::pages::runs {

class CompareModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    // `names` and `colors` (indices of series) of the runs.
    void show(const QStringList& names, const QList<int>& colors, const QList<ComparedRow>& rows);
    // Tab-separated lines with a head, for a spreadsheet.
    QString text() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList m_names;
    QList<int> m_colors;
    QList<ComparedRow> m_rows;
};

} // namespace ui::pages::runs
