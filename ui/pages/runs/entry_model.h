// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of a document as rows of key and value.
#pragma once

#include "ui/pages/runs/run_documents.h"

#include <QAbstractTableModel>

namespace ui::pages::runs {

class EntryModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setEntries(QList<Entry> entries);
    // Only those whose key or value has the text.
    void setFilter(const QString& text);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void filter();

    QList<Entry> m_entries;
    QList<qsizetype> m_rows;
    QString m_filter;
};

} // namespace ui::pages::runs
