// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/run_filter.h"

#include "ui/pages/runs/run_list_model.h"

#include <algorithm>

namespace ui::pages::runs {

using app::runs::RunStatus;

void RunFilter::setText(const QString& text)
{
    m_words = text.toLower().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void RunFilter::setGroup(Group group)
{
    m_group = group;
    invalidateFilter();
}

QString RunFilter::groupName(Group group)
{
    switch (group) {
    case Group::Active:
        return tr("In progress");
    case Group::Finished:
        return tr("Finished");
    case Group::Unfinished:
        return tr("Stopped or interrupted");
    case Group::Failed:
        return tr("Failed");
    case Group::All:
        break;
    }
    return tr("All runs");
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const auto status = static_cast<RunStatus>(index.data(RunListModel::RunStatusRole).toInt());
    const bool inGroup = [this, status] {
        switch (m_group) {
        case Group::Active:
            return app::runs::isActive(status);
        case Group::Finished:
            return status == RunStatus::Finished;
        case Group::Unfinished:
            return status == RunStatus::Stopped || status == RunStatus::Interrupted;
        case Group::Failed:
            return status == RunStatus::Failed;
        case Group::All:
            break;
        }
        return true;
    }();
    if (!inGroup || m_words.isEmpty()) {
        return inGroup;
    }
    const QString text = index.data(RunListModel::FilterRole).toString();
    return std::ranges::all_of(m_words,
                               [&text](const QString& word) { return text.contains(word); });
}

} // namespace ui::pages::runs
