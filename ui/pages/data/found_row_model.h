// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows that one check found, with the words of each as they come into view. GUI thread only.
#pragma once

#include "ui/pages/data/quality_findings.h"

#include <QAbstractTableModel>

namespace ui::pages::data {

class RowTableModel;

class FoundRowModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Number, Text, Found, ColumnCount };

    // `texts` reads the rows of the file; it is not searched while this uses it.
    explicit FoundRowModel(RowTableModel& texts, QObject* parent = nullptr);

    void setFinding(Finding finding);
    const Finding& finding() const { return m_finding; }
    const FoundRow& at(int row) const { return m_finding.rows[std::size_t(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const FoundRow& row) const;

    RowTableModel& m_texts;
    Finding m_finding;
};

} // namespace ui::pages::data
