// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a data file: found by a text, changed, left out and brought back, each step undoable.
// Keys: F2 or Return edits, Delete leaves out or brings back, Ctrl+F searches. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/pages/data/data_source.h"

#include <QWidget>

class QStackedWidget;

namespace app::engine {
class EngineService;
}

namespace ui::widgets {
class Button;
class EmptyState;
class MessageBar;
class PlainLabel;
class SearchField;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

class EditorSplitter;
class RowEditor;
class RowEdits;
class RowTableModel;

class RowsTab final : public QWidget
{
    Q_OBJECT

public:
    RowsTab(app::engine::EngineService& engine, RowEdits& edits, QWidget* parent = nullptr);

    RowTableModel& rows() const { return *m_rows; }
    widgets::TableView* table() const { return m_table; }
    RowEditor* editor() const { return m_editor; }
    void setSource(const DataSource& source, qint64 rows);
    // Shows the file's row, from 0; with `edits` its texts to be changed, as soon as they are
    // there.
    void showRow(qint64 index, bool edits = false);

Q_SIGNALS:
    // The file's row, from 0, as tokens.
    void tokensRequested(qint64 index);

private:
    QWidget* makeBar();
    QWidget* makeFoot();
    void addKeys();
    void search(const QString& text);
    void editCurrent();
    void toggleDeleted();
    void openWanted();
    void showEditor(int row);
    void closeEditor();
    void keep(const engine::contract::Value& change);
    void follow();
    bool isDeleted(int row) const;
    QList<int> selectedRows() const;

    RowEdits& m_edits;
    RowTableModel* m_rows;
    DataSource m_source;
    qint64 m_wanted = -1; // row to edit once it is there
    widgets::SearchField* m_search;
    widgets::Button* m_edit;
    widgets::Button* m_delete;
    widgets::Button* m_tokens;
    widgets::TableView* m_table;
    QStackedWidget* m_stack;
    widgets::EmptyState* m_none;
    RowEditor* m_editor;
    EditorSplitter* m_splitter;
    widgets::MessageBar* m_failure;
    widgets::PlainLabel* m_summary;
};

} // namespace ui::pages::data
