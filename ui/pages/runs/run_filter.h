// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of the run list that match a text and a group of states.
#pragma once

#include <QSortFilterProxyModel>

namespace ui::pages::runs {

class RunFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    enum class Group { All, Active, Finished, Unfinished, Failed };
    Q_ENUM(Group)

    using QSortFilterProxyModel::QSortFilterProxyModel;

    // Every word must be found in name, base, method or data.
    void setText(const QString& text);
    void setGroup(Group group);
    Group group() const { return m_group; }
    bool isFiltering() const { return !m_words.isEmpty() || m_group != Group::All; }

    static QString groupName(Group group);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
    Group m_group = Group::All;
};

} // namespace ui::pages::runs
