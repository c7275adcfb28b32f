// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of a file, one below the other, each with what stands in its first row and what it
// counts as. GUI thread only.
#pragma once

#include "ui/pages/data/import_file.h"

#include <QWidget>

class QGridLayout;

namespace ui::pages::data {

class ColumnMap final : public QWidget
{
    Q_OBJECT

public:
    explicit ColumnMap(QWidget* parent = nullptr);

    void setFile(const ImportFile& file);

Q_SIGNALS:
    // Empty: the column is not used.
    void roleChosen(const QString& column, const QString& role);

private:
    void addRow(int row, const ImportFile& file, const QString& column);

    QGridLayout* m_grid;
    QStringList m_shown;
};

} // namespace ui::pages::data
