// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/samples_model.h"

#include "app/base/format.h"
#include "ui/widgets/elided_label.h"

namespace ui::pages::runs {

using app::runs::SamplePoint;

bool SamplesModel::setSamples(const std::vector<SamplePoint>& samples)
{
    const bool same = samples.size() == m_samples.size()
                      && (samples.empty()
                          || (samples.back().step == m_samples.back().step
                              && samples.back().text == m_samples.back().text));
    if (!same) {
        m_samples = samples;
        setPrompt(m_prompt);
    }
    return !same;
}

void SamplesModel::setPrompt(int index)
{
    beginResetModel();
    m_prompt = index;
    m_rows.clear();
    for (std::size_t row = 0; row < m_samples.size(); ++row) {
        if (index < 0 || m_samples[row].index == index) {
            m_rows.push_back(row);
        }
    }
    endResetModel();
}

std::map<int64_t, QString> SamplesModel::prompts() const
{
    std::map<int64_t, QString> found;
    for (const SamplePoint& sample : m_samples) {
        found.emplace(sample.index, sample.prompt);
    }
    return found;
}

QString SamplesModel::answer(int row) const
{
    return row >= 0 && row < rowCount() ? m_samples[m_rows[static_cast<std::size_t>(row)]].text
                                        : QString();
}

int SamplesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SamplesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : AnswerColumn + 1;
}

QVariant SamplesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    const SamplePoint& sample = m_samples[m_rows[static_cast<std::size_t>(index.row())]];
    if (role == Qt::TextAlignmentRole && index.column() == StepColumn) {
        return int(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case StepColumn:
        return app::formatCount(sample.step);
    case PromptColumn:
        return widgets::firstLine(sample.prompt);
    default:
        return widgets::firstLine(sample.text);
    }
}

QVariant SamplesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int((section == StepColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case StepColumn:
        return tr("Step");
    case PromptColumn:
        return tr("Prompt");
    default:
        return tr("Answer");
    }
}

} // namespace ui::pages::runs
