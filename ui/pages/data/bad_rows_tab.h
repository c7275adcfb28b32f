// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rows that cannot be used, each with its line and reason: mended by another text, or left out
// for good, each step undoable; or saved to be mended elsewhere. Keys: F2 or Return edits, Delete
// leaves out or brings back. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "engine/contract/value.h"
#include "ui/pages/data/data_source.h"
#include "ui/pages/data/whole_file_question.h"

#include <QWidget>

#include <memory>
#include <optional>

namespace app::engine {
class EngineService;
}

namespace ui {
class Dialogs;
}

namespace ui::widgets {
class Button;
class MessageBar;
class PlainLabel;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

class BadRowEditor;
class BadRowModel;
class EditorSplitter;
class RowEdits;

// "line,code,reason,file" and a line for each of them, as spreadsheets read it.
QByteArray problemList(const engine::contract::Value& dropped);
// Their texts one below the other; nothing of those whose text is not known.
QByteArray problemRows(const engine::contract::Value& dropped);

class BadRowsTab final : public QWidget
{
    Q_OBJECT

public:
    // Shows and saves them: of a file that is being imported.
    explicit BadRowsTab(Dialogs& dialogs, QWidget* parent = nullptr);
    // Mends them too.
    BadRowsTab(Dialogs& dialogs,
               app::engine::EngineService& engine,
               RowEdits& edits,
               QWidget* parent = nullptr);

    // `dropped` of `inspect data` of that file.
    void setRows(const engine::contract::Value& dropped, const QString& path);
    // Its answer for the file as it stands.
    void setSource(const DataSource& source, const engine::contract::Value& answer);
    widgets::TableView* table() const { return m_table; }
    BadRowModel& rows() const { return *m_rows; }
    BadRowEditor* editor() const { return m_editor; }
    // Shows the text of that place in the list.
    void mend(int row);

Q_SIGNALS:
    // How many are neither mended nor left out.
    void countChanged(int count);

private:
    QWidget* makeBar();
    QWidget* makeFoot();
    void addKeys();
    // What the edits leave of them.
    void askRemaining();
    void followEdits();
    void follow();
    void fail(const engine::contract::Error& error);
    void editCurrent();
    void closeEditor();
    void keep(const std::optional<QString>& text);
    void toggleLeftOut();
    void selectNextBad();
    QList<int> selectedRows() const;
    void saveList();
    void saveRows();
    void saveAllRows();
    void save(const QString& ending, const QString& filter, const QByteArray& bytes);

    BadRowsTab(Dialogs& dialogs,
               app::engine::EngineService* engine,
               RowEdits* edits,
               QWidget* parent);

    Dialogs& m_dialogs;
    app::engine::EngineService* m_engine; // null, with the edits, where nothing is mended
    RowEdits* m_edits;
    DataSource m_source;
    engine::contract::Value m_dropped;
    qint64 m_all = 0; // rows that cannot be used, listed or not
    qint64 m_open = 0;
    qint64 m_fileRows = 0;
    std::unique_ptr<WholeFileQuestion> m_question; // where rows are mended
    BadRowModel* m_rows;
    widgets::TableView* m_table;
    BadRowEditor* m_editor;
    EditorSplitter* m_splitter;
    widgets::MessageBar* m_failure;
    widgets::PlainLabel* m_words;
    widgets::PlainLabel* m_summary;
    widgets::Button* m_edit;
    widgets::Button* m_leaveOut;
};

} // namespace ui::pages::data
