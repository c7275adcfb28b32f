// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The files that are about to be imported, as a list: name, detected format, rows. GUI thread only.
#pragma once

#include "ui/pages/data/import_file.h"

#include <QAbstractListModel>
#include <QHash>

namespace ui::pages::data {

class ImportListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    void setFiles(std::vector<ImportFile> files);
    void setFormatNames(QHash<QString, QString> names);
    QString formatName(const QString& format) const { return m_names.value(format, format); }
    const std::vector<ImportFile>& files() const { return m_files; }
    const ImportFile& at(int row) const { return m_files[std::size_t(row)]; }
    void set(int row, ImportFile file);
    int rowOfPath(const QString& path) const;
    int addable() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<ImportFile> m_files;
    QHash<QString, QString> m_names;
};

} // namespace ui::pages::data
