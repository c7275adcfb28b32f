// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/compare_list_model.h"

#include "app/base/format.h"
#include "ui/pages/runs/run_texts.h"
#include "ui/plots/plot_style.h"
#include "ui/widgets/item_roles.h"

#include <algorithm>

namespace ui::pages::runs {

using app::runs::RunInfo;

CompareListModel::CompareListModel(app::runs::RunCenter& center, QObject* parent)
    : QAbstractListModel(parent), m_center(center)
{
    arrange();
    connect(&center, &app::runs::RunCenter::listChanged, this, [this] {
        const auto gone = std::ranges::remove_if(
            m_shown, [this](const Shown& run) { return !m_center.find(run.folder); });
        const bool changed = !gone.empty();
        m_shown.erase(gone.begin(), gone.end());
        beginResetModel();
        arrange();
        endResetModel();
        if (changed) {
            Q_EMIT shownChanged();
        }
    });
    connect(&center, &app::runs::RunCenter::changed, this, [this](const QString& folder) {
        const auto row = static_cast<int>(m_rows.indexOf(folder));
        if (row >= 0) {
            Q_EMIT dataChanged(index(row), index(row));
        }
    });
}

void CompareListModel::arrange()
{
    m_rows.clear();
    for (const Shown& run : m_shown) {
        m_rows.append(run.folder);
    }
    const QStringList shown = m_rows;
    for (const RunInfo& run : m_center.runs()) {
        if (!shown.contains(run.folder)
            && (m_filter.isEmpty() || run.name.contains(m_filter, Qt::CaseInsensitive)
                || run.baseName.contains(m_filter, Qt::CaseInsensitive))) {
            m_rows.append(run.folder);
        }
    }
}

int CompareListModel::freeSeries() const
{
    for (int series = 0; series < plots::kSeriesCount; ++series) {
        if (std::ranges::none_of(m_shown,
                                 [series](const Shown& run) { return run.series == series; })) {
            return series;
        }
    }
    return -1;
}

void CompareListModel::setShown(const QStringList& folders)
{
    beginResetModel();
    m_shown.clear();
    for (const QString& folder : folders) {
        const int series = freeSeries();
        if (series >= 0 && m_center.find(folder)) {
            m_shown.push_back({folder, series});
        }
    }
    arrange();
    endResetModel();
    Q_EMIT shownChanged();
}

void CompareListModel::setFilter(const QString& text)
{
    beginResetModel();
    m_filter = text;
    arrange();
    endResetModel();
}

bool CompareListModel::setChecked(const QString& folder, bool checked)
{
    const auto place = std::ranges::find(m_shown, folder, &Shown::folder);
    if (checked == (place != m_shown.end())) {
        return true;
    }
    const int series = freeSeries();
    if (checked && series < 0) {
        Q_EMIT refused(tr("Six runs at most: each needs a colour and a pattern of its own."));
        return false;
    }
    beginResetModel();
    if (checked) {
        m_shown.push_back({folder, series});
    } else {
        m_shown.erase(place);
    }
    arrange();
    endResetModel();
    Q_EMIT shownChanged();
    return true;
}

void CompareListModel::makeBaseline(const QString& folder)
{
    const auto place = std::ranges::find(m_shown, folder, &Shown::folder);
    if (place == m_shown.end() || place == m_shown.begin()) {
        return;
    }
    beginResetModel();
    std::rotate(m_shown.begin(), place, place + 1);
    arrange();
    endResetModel();
    Q_EMIT shownChanged();
}

int CompareListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant CompareListModel::data(const QModelIndex& index, int role) const
{
    const RunInfo* run = index.isValid() ? m_center.find(m_rows[index.row()]) : nullptr;
    if (!run) {
        return {};
    }
    const auto row = static_cast<std::size_t>(index.row());
    const bool isShown = row < m_shown.size();
    switch (role) {
    case Qt::DisplayRole:
        return run->name;
    case Qt::CheckStateRole:
        return static_cast<int>(isShown ? Qt::Checked : Qt::Unchecked);
    case widgets::SecondLineRole: {
        // What the line stands for: method, size, and how far it is unless that is all.
        QStringList words;
        if (row == 0 && isShown) {
            words.append(tr("baseline"));
        }
        words.append(run->method);
        if (run->trainableParameters > 0) {
            words.append(app::formatShort(run->trainableParameters));
        }
        if (run->status != app::runs::RunStatus::Finished || words.join(QString()).isEmpty()) {
            words.append(stateWord(*run).toLower());
        }
        words.removeAll({});
        return words.join(QStringLiteral(" · "));
    }
    case Qt::AccessibleTextRole:
        return isShown ? tr("%1, shown").arg(run->name) : tr("%1, not shown").arg(run->name);
    case FolderRole:
        return run->folder;
    case SeriesRole:
        return isShown ? m_shown[row].series : -1;
    default:
        return {};
    }
}

bool CompareListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    return role == Qt::CheckStateRole && index.isValid()
           && setChecked(m_rows[index.row()], value.toInt() == Qt::Checked);
}

Qt::ItemFlags CompareListModel::flags(const QModelIndex& index) const
{
    return QAbstractListModel::flags(index) | Qt::ItemIsUserCheckable;
}

} // namespace ui::pages::runs
