// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Files on their way into the library: each with its detected format, the roles of its columns, how
// its rows are read then and which cannot be. Nothing is added before the person agrees. GUI thread
// only.
#pragma once

#include "ui/pages/data/import_file.h"

#include <QHash>
#include <QWidget>

class QScrollArea;
class QStackedWidget;
class QStandardItemModel;

namespace app::engine {
class EngineService;
}

namespace ui {
class Dialogs;
}

namespace ui::widgets {
class Button;
class Card;
class ComboBox;
class FieldFrame;
class ListView;
class LoadingState;
class MessageBar;
class PlainLabel;
class TabView;
class TableView;
} // namespace ui::widgets

namespace ui::pages::data {

class BadRowsTab;
class ColumnMap;
class ImportListModel;

class ImportPanel final : public QWidget
{
    Q_OBJECT

public:
    ImportPanel(app::engine::EngineService& engine, Dialogs& dialogs, QWidget* parent = nullptr);

    // More files join those that are there.
    void start(const QStringList& paths);
    bool isEmpty() const;
    const ImportListModel& files() const { return *m_files; }

Q_SIGNALS:
    // With what was chosen about each, also of those that cannot be added. The panel is empty then.
    void accepted(const std::vector<ui::pages::data::ImportFile>& files);
    void cancelled();

private:
    QWidget* makeFiles();
    QWidget* makeDetail();
    QWidget* makeChoices();
    void fillFormats();
    void fillEncodings(const engine::contract::Catalog& catalog);
    void followReading(const QString& question, qint64 done, qint64 total, qint64 rows);
    void cancelCurrent();
    void ask(const QString& path);
    void showCurrent();
    void showRows(const ImportFile& file);
    void change(ImportFile file);
    void removeCurrent();
    void updateActions();
    int current() const;

    app::engine::EngineService& m_engine;
    ImportListModel* m_files;
    widgets::ListView* m_list;
    widgets::Card* m_card;
    widgets::ComboBox* m_format;
    widgets::FieldFrame* m_formatFrame;
    widgets::ComboBox* m_preset;
    widgets::FieldFrame* m_presetFrame;
    widgets::ComboBox* m_encoding;
    widgets::FieldFrame* m_encodingFrame;
    ColumnMap* m_columns;
    QScrollArea* m_columnArea;
    widgets::TabView* m_tabs;
    QStandardItemModel* m_rowModel;
    widgets::TableView* m_rows;
    BadRowsTab* m_bad;
    QStackedWidget* m_stack;
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    widgets::PlainLabel* m_reason;
    widgets::Button* m_accept;
    QHash<QString, QString> m_questions; // by path
};

} // namespace ui::pages::data
