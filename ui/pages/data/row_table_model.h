// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a data file, or those that hold a text, read from the engine a page at a time as they
// come into view, with the edits laid over them. What is still on its way shows as "…". Only the
// pages seen last are kept, so that a million rows take no more than a few thousand. GUI thread
// only.
#pragma once

#include "ui/pages/data/data_source.h"

#include <QAbstractTableModel>
#include <QCache>
#include <QSet>
#include <QTimer>

#include <optional>
#include <vector>

namespace app::engine {
class EngineService;
}

namespace ui::pages::data {

class RowEdits;

// One row in words: what is asked, what is answered. Plain text has only the answer.
struct DataRow
{
    qint64 index = 0; // in the file, from 0
    qint64 line = 0;  // in the file; 0 when it is not known
    QString sha256;
    QString prompt;
    QString answer;
    engine::contract::Value members = {}; // the row as the file has it; null when too large
    // As the engine reads it with the edits.
    QString editedPrompt = {};
    QString editedAnswer = {};
    bool isGone = false; // by the edits
};

// One of `records` of `inspect data --rows`.
DataRow readDataRow(const engine::contract::Value& record);

class RowTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Number, Prompt, Answer, Change, ColumnCount };

    RowTableModel(app::engine::EngineService& engine, RowEdits& edits, QObject* parent = nullptr);

    // `rows`: the good rows of the file.
    void setSource(const DataSource& source, qint64 rows);
    // The file of edits was written anew: what they make of the rows is asked again.
    void setEdits(const QString& file);
    // Shows the rows that hold the text; empty: all.
    void search(const QString& text);
    bool isSearching() const { return !m_search.isEmpty(); }
    // While the first answer of a search is awaited.
    bool isSearchPending() const { return m_isSearchPending; }

    // Null while it is on its way; such a row is asked for.
    const DataRow* rowAt(int row) const;
    // Where the file's row is shown; -1 when it is not.
    int rowOfIndex(qint64 index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    // A page has come: rows that were "…" are known.
    void arrived();
    void searched(); // the first answer of a search
    void failed(const ::engine::contract::Error& error);

private:
    struct Page
    {
        std::vector<DataRow> rows;
    };

    void clear();
    void want(int page) const;
    void askWanted();
    void ask(int page);
    void take(int page, const engine::contract::Value& answer);
    void askEdited(int page);
    void takeEdited(int page, qint64 first, qint64 rows, const engine::contract::Value& answer);
    QVariant changeOf(const DataRow& row, int role) const;

    app::engine::EngineService& m_engine;
    RowEdits& m_edits;
    DataSource m_source;
    QString m_search;
    qint64 m_fileRows = 0;
    int m_rows = 0;
    bool m_isSearchPending = false;
    int m_generation = 0; // answers of an earlier file or search are dropped
    mutable QCache<int, Page> m_pages;
    mutable std::vector<int> m_wanted; // the one seen last comes last
    QSet<int> m_asked;
    mutable QTimer m_delay;
};

} // namespace ui::pages::data
