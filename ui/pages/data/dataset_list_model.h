// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The data files of the library as the rows of the list at the page's left. GUI thread only.
#pragma once

#include "app/library/dataset_repository.h"

#include <QAbstractListModel>

namespace ui::pages::data {

class DatasetListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    // `formatNames`: the catalogue's names of the formats, by id.
    void setDatasets(std::vector<app::library::Dataset> datasets,
                     QHash<QString, QString> formatNames);
    const app::library::Dataset& at(int row) const { return m_datasets[std::size_t(row)]; }
    // The row of that file, or -1.
    int rowOfPath(const QString& path) const;
    QString formatName(const QString& format) const { return m_formatNames.value(format, format); }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<app::library::Dataset> m_datasets;
    QHash<QString, QString> m_formatNames;
};

} // namespace ui::pages::data
