// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a data file, read from the engine a page at a time as they come into view. What is
// still on its way shows as "…". GUI thread only.
#pragma once

#include "engine/contract/value.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QSet>

namespace app::engine {
class EngineService;
}

namespace ui::pages::data {

// One row in words: what is asked, what is answered. Plain text has only the answer.
struct DataRow
{
    qint64 line = 0; // in the file; 0 when it is not known
    QString prompt;
    QString answer;
};

// One of `records` of `inspect data --rows`.
DataRow readDataRow(const engine::contract::Value& record);

class RowTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Number, Prompt, Answer, ColumnCount };

    explicit RowTableModel(app::engine::EngineService& engine, QObject* parent = nullptr);

    // `rows`: the good rows of the file.
    void setFile(const QString& path, qint64 rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void failed(const ::engine::contract::Error& error);

private:
    void fetch(int page) const;
    void take(int page, const engine::contract::Value& answer);

    app::engine::EngineService& m_engine;
    QString m_path;
    int m_rows = 0;
    int m_generation = 0; // answers of an earlier file are dropped
    QHash<int, DataRow> m_loaded;
    mutable QSet<int> m_asked; // pages
};

} // namespace ui::pages::data
