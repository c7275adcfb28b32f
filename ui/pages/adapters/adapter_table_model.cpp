// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_table_model.h"

#include "app/base/format.h"
#include "ui/pages/adapters/adapter_texts.h"
#include "ui/theme/tone.h"
#include "ui/widgets/item_roles.h"

#include <QFileInfo>

namespace ui::pages::adapters {

using app::library::Adapter;
using app::library::AdapterQuery;
using app::library::AdapterSort;

namespace {

constexpr int kPage = 64;
constexpr int kKeptEntries = 2000;

AdapterSort sortOf(int column)
{
    switch (column) {
    case AdapterTableModel::Name:
        return AdapterSort::Name;
    case AdapterTableModel::MadeBy:
        return AdapterSort::Method;
    case AdapterTableModel::Rank:
        return AdapterSort::Rank;
    case AdapterTableModel::Parameters:
        return AdapterSort::Parameters;
    case AdapterTableModel::Bytes:
        return AdapterSort::Bytes;
    case AdapterTableModel::Loss:
        return AdapterSort::EvalLoss;
    default:
        return AdapterSort::Made;
    }
}

} // namespace

AdapterTableModel::AdapterTableModel(app::library::Library& library, QObject* parent)
    : QAbstractTableModel(parent), m_library(library), m_entries(kKeptEntries)
{
}

void AdapterTableModel::setCatalog(const ::engine::contract::Catalog* catalog)
{
    m_catalog = catalog;
    if (!m_rows.empty()) {
        Q_EMIT dataChanged(index(0, MadeBy), index(rowCount() - 1, MadeBy));
    }
}

void AdapterTableModel::setQuery(const AdapterQuery& query)
{
    m_query = query;
    reload();
}

void AdapterTableModel::reload()
{
    beginResetModel();
    m_entries.clear();
    m_places.clear();
    m_rows.clear();
    m_failure.reset();
    auto order = m_library.adapters().order(m_query);
    if (order) {
        m_rows = std::move(order).value();
        m_places.reserve(qsizetype(m_rows.size()));
        for (size_t i = 0; i < m_rows.size(); ++i) {
            m_places.insert(m_rows[i], int(i));
        }
    } else {
        m_failure = order.error();
    }
    endResetModel();
}

std::optional<Adapter> AdapterTableModel::at(int row) const
{
    const Entry* found = entry(row);
    return found ? std::optional(found->adapter) : std::nullopt;
}

int AdapterTableModel::rowOf(qint64 adapter) const
{
    return m_places.value(adapter, -1);
}

int AdapterTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int AdapterTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const AdapterTableModel::Entry* AdapterTableModel::entry(int row) const
{
    if (row < 0 || row >= rowCount()) {
        return nullptr;
    }
    const qint64 wanted = m_rows[size_t(row)];
    if (const Entry* known = m_entries.object(wanted)) {
        return known;
    }
    const size_t first = size_t(row / kPage) * kPage;
    const size_t end = std::min(first + kPage, m_rows.size());
    auto read = m_library.adapters().fetch(
        {m_rows.begin() + std::ptrdiff_t(first), m_rows.begin() + std::ptrdiff_t(end)});
    if (read) {
        QHash<QString, bool> missing;
        for (const Adapter& adapter : read.value()) {
            if (!missing.contains(adapter.basePath)) {
                missing.insert(adapter.basePath, !QFileInfo::exists(adapter.basePath));
            }
            m_entries.insert(adapter.row, new Entry{adapter, missing.value(adapter.basePath)});
        }
    }
    return m_entries.object(wanted);
}

QString AdapterTableModel::text(int column, const Adapter& adapter) const
{
    switch (column) {
    case Name:
        return adapter.name;
    case MadeBy:
        return madeByText(adapter, m_catalog);
    case Rank:
        return rankText(adapter, m_catalog);
    case Parameters:
        return app::formatShort(adapter.parameters);
    case Bytes:
        return app::formatBytes(adapter.bytes);
    case Loss:
        return lossText(adapter);
    default:
        return {};
    }
}

QVariant AdapterTableModel::data(const QModelIndex& index, int role) const
{
    const Entry* found = entry(index.row());
    if (!found) {
        return {};
    }
    const bool isName = index.column() == Name;
    switch (role) {
    case Qt::DisplayRole:
        return text(index.column(), found->adapter);
    case Qt::TextAlignmentRole:
        return int((index.column() >= Rank ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case widgets::SecondLineRole:
        if (index.column() == MadeBy) {
            return kindOf(found->adapter, m_catalog).label;
        }
        if (isName) {
            return found->isBaseMissing ? tr("%1, missing").arg(baseText(found->adapter))
                                        : baseText(found->adapter);
        }
        return {};
    case widgets::SecondToneRole:
        return isName && found->isBaseMissing ? QVariant(int(Tone::Warning)) : QVariant();
    case widgets::ToneRole:
        return index.column() == MadeBy ? QVariant(int(Tone::Secondary)) : QVariant();
    case widgets::StrongRole:
        return index.column() == Loss && found->adapter.evalLoss;
    default:
        return {};
    }
}

QVariant AdapterTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((section >= Rank ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Name:
        return tr("Adapter");
    case MadeBy:
        return tr("Made by");
    case Rank:
        return tr("Rank");
    case Parameters:
        //: Number of trained parameters, short, above a narrow column.
        return tr("Params");
    case Bytes:
        return tr("Size");
    case Loss:
        //: Validation loss, short, above a narrow column.
        return tr("Val. loss");
    default:
        return {};
    }
}

// -1 is the order in which they were made.
void AdapterTableModel::sort(int column, Qt::SortOrder order)
{
    AdapterQuery query = m_query;
    query.sort = sortOf(column);
    query.isDescending = column < 0 || order == Qt::DescendingOrder;
    if (query.sort != m_query.sort || query.isDescending != m_query.isDescending) {
        setQuery(query);
    }
}

} // namespace ui::pages::adapters
