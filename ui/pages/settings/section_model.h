// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The list at the left: an icon and a word for each section.
#pragma once

#include <QAbstractListModel>
#include <QList>

namespace ui::pages::settings {

struct SectionEntry
{
    QString id;
    QString iconName;
    QString name;
};

class SectionModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit SectionModel(QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const QList<SectionEntry>& entries() const { return m_entries; }
    int rowOf(const QString& id) const; // −1 when there is none

private:
    QList<SectionEntry> m_entries;
};

} // namespace ui::pages::settings
