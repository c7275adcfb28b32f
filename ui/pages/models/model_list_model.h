// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The base models of the library as the rows of the list at the page's left. GUI thread only.
#pragma once

#include "app/library/base_model_repository.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

namespace ui::pages::models {

class ModelListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    // `adapters`: how many stand on each base, by its row in the library. `missing`: paths that
    // hold no model any more.
    void setModels(std::vector<app::library::BaseModel> models,
                   QHash<qint64, int> adapters,
                   QSet<QString> missing);
    const app::library::BaseModel& at(int row) const { return m_models[std::size_t(row)]; }
    bool isMissing(int row) const { return m_missing.contains(at(row).path); }
    // The row of that folder, or -1.
    int rowOfPath(const QString& path) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<app::library::BaseModel> m_models;
    QHash<qint64, int> m_adapters;
    QSet<QString> m_missing;
};

// "qwen2 · bf16 · 32 K context"
QString modelSummary(const app::library::BaseModel& model);
// "bf16" of "bfloat16"; others as they are.
QString shortDtype(const QString& dtype);

} // namespace ui::pages::models
