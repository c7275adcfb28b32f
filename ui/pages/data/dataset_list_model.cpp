// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/dataset_list_model.h"

#include "app/base/format.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

#include <algorithm>

namespace ui::pages::data {

using namespace Qt::StringLiterals;

void DatasetListModel::setDatasets(std::vector<app::library::Dataset> datasets,
                                   QHash<QString, QString> formatNames)
{
    beginResetModel();
    m_datasets = std::move(datasets);
    m_formatNames = std::move(formatNames);
    endResetModel();
}

int DatasetListModel::rowOfPath(const QString& path) const
{
    const auto found = std::ranges::find(m_datasets, path, &app::library::Dataset::path);
    return found == m_datasets.end() ? -1 : static_cast<int>(found - m_datasets.begin());
}

int DatasetListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_datasets.size());
}

QVariant DatasetListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const app::library::Dataset& dataset = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return dataset.name;
    case Qt::ToolTipRole:
        return dataset.path;
    case widgets::TrailingRole:
        return dataset.bytes > 0 ? app::formatBytes(dataset.bytes) : QString();
    case widgets::SecondLineRole:
        if (dataset.format.isEmpty()) {
            return tr("not read yet");
        }
        return QString(tr("%Ln row(s)", nullptr, static_cast<int>(dataset.good)) + u" · "_s
                       + formatName(dataset.format));
    case widgets::SecondTrailingRole:
        return dataset.dropped == 0 ? QString()
                                    : tr("%n dropped", nullptr, static_cast<int>(dataset.dropped));
    case widgets::SecondTrailingToneRole:
        return int(Tone::Warning);
    default:
        return {};
    }
}

} // namespace ui::pages::data
