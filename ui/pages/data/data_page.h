// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The data files: a list, and of the chosen one its rows to search and edit, its tokens as a model
// sees them, their lengths, what is wrong with them, and those that cannot be used. Destination:
// item = the file; tab = "rows", "tokens", "lengths", "quality" or "dropped"; options: "row" = a
// row from 0, "import" = paths to be looked at before they are added.
#pragma once

#include "engine/contract/value.h"
#include "ui/page/page.h"
#include "ui/pages/data/data_source.h"

#include <memory>
#include <vector>

class QStackedWidget;

namespace ui {
class ListDetail;
}

namespace ui::widgets {
class Button;
class EmptyState;
class IconButton;
class TabView;
} // namespace ui::widgets

namespace ui::pages::data {

struct ImportFile;
class BadRowsTab;
class DataFacts;
class DataMeasure;
class DatasetListModel;
class ImportOutcome;
class ImportPanel;
class LengthsTab;
class QualityTab;
class RowEdits;
class RowsTab;
class TokenTab;

class DataPage final : public Page
{
    Q_OBJECT

public:
    explicit DataPage(PageContext& context);

    QString title() const override;
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

private:
    widgets::EmptyState* makeEmpty();
    widgets::TabView* makeTabs();
    void chooseFiles();
    void import(const QStringList& paths);
    void endImport();
    void take(const std::vector<ImportFile>& files);
    void add(const ImportFile& file);
    void showList(const QString& select);
    void showFile(const QModelIndex& index);
    void connectTabs();
    void read();
    void inspect();
    void showAnswer(const engine::contract::Value& data);
    void learn(const engine::contract::Value& data);
    void showFailure(const engine::contract::Error& error);
    void showRow(qint64 row, bool edits);
    void followEdits();
    void train();
    void removeCurrent();
    void updateActions();
    void takeUsualLimit();
    DataSource source() const;

    DatasetListModel* m_datasets;
    RowEdits* m_edits;
    DataMeasure* m_measure;
    widgets::TabView* m_tabs;
    RowsTab* m_rows;
    TokenTab* m_tokens;
    LengthsTab* m_lengths;
    QualityTab* m_quality;
    BadRowsTab* m_bad;
    DataFacts* m_facts;
    ListDetail* m_body = nullptr;
    ImportPanel* m_import;
    ImportOutcome* m_outcome;
    QStackedWidget* m_pages;
    widgets::IconButton* m_undo;
    widgets::IconButton* m_redo;
    widgets::Button* m_add;
    widgets::Button* m_train;
    qint64 m_row = -1;  // to be shown when the file has been read
    QString m_current;  // file that is shown
    QString m_wanted;   // file to show once the library has it
    QString m_question; // the engine's, while it is open
};

std::unique_ptr<Page> makePage(PageContext& context);

} // namespace ui::pages::data
