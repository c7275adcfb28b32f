// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with the rows, check by check: copies, empty and repeated answers, rows that
// validation holds too, and after a run the loss of each. From each row one step to its edit. Asks
// the engine when the tab is first seen. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/pages/data/data_source.h"
#include "ui/pages/data/quality_findings.h"
#include "ui/pages/data/whole_file_question.h"

#include <QWidget>

class QStackedWidget;

namespace app {
class Studio;
}

namespace ui::widgets {
class Button;
class Chip;
class ComboBox;
class FlowLayout;
class LoadingState;
class MessageBar;
class PlainLabel;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

class FoundRowModel;
class RowEdits;
class RowLosses;
class RowTableModel;

class QualityTab final : public QWidget
{
    Q_OBJECT

public:
    QualityTab(app::Studio& studio, RowEdits& edits, QWidget* parent = nullptr);

    void setSource(const DataSource& source, qint64 rows);
    // The edits were written: what was found may be other now.
    void setEdits(const QString& file);
    // Folder, for the losses; empty: there is none.
    void setModel(const QString& folder);
    // Opens that check, when it is there.
    void showCheck(Check check);
    Check shownCheck() const { return m_check; }
    FoundRowModel& found() const { return *m_found; }
    widgets::TableView* table() const { return m_table; }

Q_SIGNALS:
    // The file's row, from 0, is to be edited.
    void editRequested(qint64 index);
    // How many rows there is a reason to look at; −1: not known.
    void countChanged(int count);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeLossBar();
    QWidget* makeFoot();
    void fillAdapters();
    void ask();
    void take(const engine::contract::Value& quality);
    void fail(const engine::contract::Error& error);
    void makeChips();
    void showFinding();
    void measureLosses();
    void followLosses();
    void deleteSelected();
    void updateActions();
    QList<qint64> selectedRows() const;

    app::Studio& m_studio;
    RowEdits& m_edits;
    DataSource m_source;
    QString m_model;
    RowTableModel* m_texts;
    FoundRowModel* m_found;
    RowLosses* m_losses;
    std::vector<Finding> m_findings;
    Check m_check = Check::Copies;
    bool m_isCurrent = false; // what is known is of the source
    WholeFileQuestion m_question;
    qint64 m_rows = 0; // good ones of the file

    QStackedWidget* m_stack;
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    QWidget* m_chipRow;
    widgets::FlowLayout* m_chips;
    std::vector<std::pair<Check, widgets::Chip*>> m_chipOf;
    widgets::PlainLabel* m_words;
    QWidget* m_lossBar;
    widgets::ComboBox* m_adapters;
    widgets::Button* m_measure;
    widgets::PlainLabel* m_lossState;
    QStackedWidget* m_body;
    widgets::TableView* m_table;
    widgets::PlainLabel* m_nothing;
    widgets::Button* m_edit;
    widgets::Button* m_delete;
    widgets::PlainLabel* m_summary;
};

} // namespace ui::pages::data
