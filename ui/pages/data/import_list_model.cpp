// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/import_list_model.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/page/left_out.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

#include <QFileInfo>

#include <algorithm>

namespace ui::pages::data {

using namespace Qt::StringLiterals;

void ImportListModel::setFiles(std::vector<ImportFile> files)
{
    beginResetModel();
    m_files = std::move(files);
    endResetModel();
}

void ImportListModel::setFormatNames(QHash<QString, QString> names)
{
    m_names = std::move(names);
}

void ImportListModel::set(int row, ImportFile file)
{
    m_files[std::size_t(row)] = std::move(file);
    Q_EMIT dataChanged(index(row), index(row));
}

int ImportListModel::rowOfPath(const QString& path) const
{
    const auto found = std::ranges::find(m_files, path, &ImportFile::path);
    return found == m_files.end() ? -1 : static_cast<int>(found - m_files.begin());
}

int ImportListModel::addable() const
{
    return static_cast<int>(std::ranges::count_if(m_files, &ImportFile::canBeAdded));
}

int ImportListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_files.size());
}

QVariant ImportListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const ImportFile& file = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return QFileInfo(file.path).fileName();
    case Qt::ToolTipRole:
        return file.path;
    case widgets::SecondLineRole: {
        if (file.error) {
            return reasonOf({file.path, *file.error});
        }
        if (!file.isKnown()) {
            return file.read > 0 ? tr("being read… %1 %").arg(file.read) : tr("being read…");
        }
        QStringList words = {formatName(app::qs(file.answer["format"].toString()))};
        words.append(file.format.isEmpty() ? confidenceWord(file.answer["confidence"])
                                           : tr("chosen"));
        words.removeAll({});
        return words.join(u" · "_s);
    }
    case widgets::SecondToneRole:
        return int(file.error ? Tone::Error : Tone::Tertiary);
    case widgets::TrailingRole:
        return file.answer.isNull() ? QString() : app::formatCount(file.answer["good"].toInteger());
    case widgets::SecondTrailingRole: {
        const auto dropped = int(file.answer["dropped"].toList().size());
        return dropped == 0 ? QString() : tr("%n bad", nullptr, dropped);
    }
    case widgets::SecondTrailingToneRole:
        return int(Tone::Warning);
    default:
        return {};
    }
}

} // namespace ui::pages::data
