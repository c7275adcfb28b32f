// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The generated answers of a run as rows: step, prompt, answer.
#pragma once

#include "app/runs/run_series.h"

#include <QAbstractTableModel>

#include <map>
#include <vector>

namespace ui::pages::runs {

class SamplesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { StepColumn, PromptColumn, AnswerColumn };

    using QAbstractTableModel::QAbstractTableModel;

    // False when nothing is new.
    bool setSamples(const std::vector<app::runs::SamplePoint>& samples);
    void setPrompt(int index); // < 0 = all
    std::map<int64_t, QString> prompts() const;
    // The whole answer; empty without such a row.
    QString answer(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<app::runs::SamplePoint> m_samples;
    std::vector<std::size_t> m_rows; // into m_samples
    int m_prompt = -1;
};

} // namespace ui::pages::runs
