// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The data files: a list, and of the chosen one its rows, its tokens as a model sees them, and the
// rows that were dropped with their reasons. Destination: item = the file; tab = "rows", "tokens"
// or "dropped"; option "row" = a row from 0.
#pragma once

#include "engine/contract/value.h"
#include "ui/page/page.h"

#include <memory>

class QStandardItemModel;

namespace ui {
class ListDetail;
}

namespace ui::widgets {
class Button;
class EmptyState;
class TabView;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

class DataFacts;
class DatasetListModel;
class RowTableModel;
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
    void showList(const QString& select);
    void showFile(const QModelIndex& index);
    void inspect(const QString& path);
    void showAnswer(const engine::contract::Value& data);
    void showFailure(const engine::contract::Error& error);
    void showDropped(const engine::contract::Value& data);
    void saveDropped();
    void showRow(qint64 row);
    void removeCurrent();
    void updateActions();

    DatasetListModel* m_datasets;
    widgets::TabView* m_tabs;
    RowTableModel* m_rows;
    widgets::TableView* m_table;
    TokenTab* m_tokens;
    QStandardItemModel* m_droppedModel;
    widgets::TableView* m_dropped;
    DataFacts* m_facts;
    ListDetail* m_body = nullptr;
    widgets::Button* m_add;
    widgets::Button* m_train;
    QString m_current;  // file that is shown
    QString m_wanted;   // file to show once the library has it
    QString m_question; // the engine's, while it is open
};

std::unique_ptr<Page> makePage(PageContext& context);

} // namespace ui::pages::data
