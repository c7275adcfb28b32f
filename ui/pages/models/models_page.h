// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The base models: a list, and of the chosen one its modules, files, adapters, tokenizer and
// template, as the engine reads them from the checkpoint. Destination: item = the model's folder.
#pragma once

#include "engine/contract/value.h"
#include "ui/page/page.h"

#include <memory>

class QHBoxLayout;
class QStackedWidget;
class QStandardItemModel;
class QVBoxLayout;

namespace ui::widgets {
class Button;
class Card;
class EmptyState;
class ListView;
class LoadingState;
class MessageBar;
class SearchField;
class TabView;
class TableView;
} // namespace ui::widgets

namespace ui::pages::models {

class ModelFacts;
class ModelListModel;
class ModuleTab;

class ModelsPage final : public Page
{
    Q_OBJECT

public:
    explicit ModelsPage(PageContext& context);

    QString title() const override;
    QString fact() const override;
    QList<QWidget*> topBarWidgets() override;
    void open(const Destination& destination) override;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
    QWidget* makeList();
    QWidget* makeDetail();
    QWidget* makeTables();
    void chooseFolder();
    void reload();
    void showList(const QString& select);
    void showModel(const QModelIndex& index);
    void inspect(const QString& path);
    void showAnswer(const engine::contract::Value& model);
    void showFailure(const engine::contract::Error& error);
    void showFiles(const engine::contract::Value& model);
    void showAdapters(qint64 base);
    void updateActions();
    void removeCurrent();
    void train();

    ModelListModel* m_models;
    widgets::SearchField* m_filter;
    widgets::ListView* m_list;
    widgets::Card* m_listCard;
    QStackedWidget* m_stack;  // empty, list and detail
    QStackedWidget* m_detail; // loading, failure, tabs
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    widgets::TabView* m_tabs;
    ModuleTab* m_modules;
    widgets::TableView* m_files;
    QStandardItemModel* m_fileModel;
    widgets::TableView* m_adapters;
    QStandardItemModel* m_adapterModel;
    ModelFacts* m_facts;
    QWidget* m_factsArea;
    QHBoxLayout* m_columns;
    QVBoxLayout* m_aboutTab; // takes the facts where there is no room for a third column
    widgets::Button* m_add;
    widgets::Button* m_chat;
    widgets::Button* m_train;
    QString m_current;  // folder that is shown
    QString m_wanted;   // folder to show once the library has it
    QString m_question; // the engine's, while it is open
};

std::unique_ptr<Page> makePage(PageContext& context);

} // namespace ui::pages::models
