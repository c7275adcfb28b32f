// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The base models: a list, and of the chosen one its modules, files, adapters, tokenizer and
// template, as the engine reads them from the checkpoint. Destination: item = the model's folder.
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

private:
    widgets::TabView* makeTabs();
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
    widgets::TabView* m_tabs;
    ModuleTab* m_modules;
    widgets::TableView* m_files;
    QStandardItemModel* m_fileModel;
    widgets::TableView* m_adapters;
    QStandardItemModel* m_adapterModel;
    ModelFacts* m_facts;
    ListDetail* m_body = nullptr;
    bool m_hasFailed = false; // what is shown is why it could not be read
    widgets::Button* m_add;
    widgets::Button* m_chat;
    widgets::Button* m_train;
    QString m_current;  // folder that is shown
    QString m_wanted;   // folder to show once the library has it
    QString m_question; // the engine's, while it is open
};

std::unique_ptr<Page> makePage(PageContext& context);

} // namespace ui::pages::models
