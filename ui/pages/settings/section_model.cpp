// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/section_model.h"

#include "app/base/settings_table.h"
#include "ui/theme/icon.h"
#include "ui/widgets/item_roles.h"

namespace ui::pages::settings {

using namespace Qt::StringLiterals;
using app::SettingGroup;

SectionModel::SectionModel(QObject* parent) : QAbstractListModel(parent)
{
    m_entries = {
        {u"appearance"_s, u"appearance"_s, app::groupLabel(SettingGroup::Appearance)},
        {u"folders"_s, u"folder"_s, app::groupLabel(SettingGroup::Folders)},
        {u"device"_s, u"device"_s, app::groupLabel(SettingGroup::Device)},
        {u"runs"_s, u"clock"_s, app::groupLabel(SettingGroup::Runs)},
        {u"privacy"_s, u"shield"_s, app::groupLabel(SettingGroup::Privacy)},
        {u"keyboard"_s, u"keyboard"_s, tr("Keyboard")},
        {u"support"_s, u"info"_s, tr("About and support")},
    };
}

int SectionModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant SectionModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= m_entries.size()) {
        return {};
    }
    const SectionEntry& entry = m_entries[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return entry.name;
    case widgets::IconNameRole:
        return entry.iconName;
    default:
        return {};
    }
}

int SectionModel::rowOf(const QString& id) const
{
    for (int row = 0; row < m_entries.size(); ++row) {
        if (m_entries[row].id == id) {
            return row;
        }
    }
    return -1;
}

} // namespace ui::pages::settings
