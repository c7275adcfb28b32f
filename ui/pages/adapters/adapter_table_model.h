// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The adapters that answer a query, in its order: the order is read once, rows page by page as they
// come into view, so that ten thousand are as quick as ten.
#pragma once

#include "app/library/library.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QHash>

namespace engine::contract {
struct Catalog;
}

namespace ui::pages::adapters {

class AdapterTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, MadeBy, Rank, Parameters, Bytes, Loss, ColumnCount };

    explicit AdapterTableModel(app::library::Library& library, QObject* parent = nullptr);

    void setCatalog(const ::engine::contract::Catalog* catalog);
    const app::library::AdapterQuery& query() const { return m_query; }
    // Reads the order anew.
    void setQuery(const app::library::AdapterQuery& query);
    void reload();
    // Why there is nothing to show; nothing when the library answered.
    const std::optional<app::library::Error>& failure() const { return m_failure; }

    // The adapter of a row; nothing when it is gone meanwhile.
    std::optional<app::library::Adapter> at(int row) const;
    // Its row, or -1.
    int rowOf(qint64 adapter) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    struct Entry
    {
        app::library::Adapter adapter;
        bool isBaseMissing = false;
    };

    const Entry* entry(int row) const;
    QString text(int column, const app::library::Adapter& adapter) const;

    app::library::Library& m_library;
    const ::engine::contract::Catalog* m_catalog = nullptr;
    app::library::AdapterQuery m_query;
    std::optional<app::library::Error> m_failure;
    std::vector<qint64> m_rows;
    QHash<qint64, int> m_places;
    mutable QCache<qint64, Entry> m_entries;
};

} // namespace ui::pages::adapters
