// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The library at the left of the page: search, filters by base and tag, the table, totals; or the
// trash in its place. What is sorted, filtered and how wide columns are is remembered.
#pragma once

#include "ui/pages/adapters/adapter_table_model.h"
#include "ui/widgets/card.h"

class QStackedWidget;

namespace app {
class Settings;
}

namespace ui::widgets {
class Button;
class EmptyState;
class MessageBar;
class PlainLabel;
class SearchField;
class TableView;
} // namespace ui::widgets

namespace ui::pages::adapters {

class AdapterListPanel : public widgets::Card
{
    Q_OBJECT

public:
    AdapterListPanel(app::library::Library& library,
                     app::Settings& settings,
                     QWidget* parent = nullptr);

    AdapterTableModel& model() { return *m_model; }
    bool isTrash() const { return m_model->query().isTrash; }
    void setTrash(bool isTrash);
    // Selects the adapter, dropping filters that hide it. False when it is not in the library.
    bool select(const app::library::Adapter& adapter);
    // Reads everything again; the selection stays where it can.
    void reload();
    std::optional<app::library::Adapter> current() const;

Q_SIGNALS:
    void currentChanged();
    void deleteRequested();
    void renameRequested();
    // Return or double click.
    void activated();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeFilters();
    void makeTable();
    void makeFooter();
    void chooseBase();
    void chooseTag();
    void setQuery(const app::library::AdapterQuery& query);
    void restoreSelection();
    void updateState();
    void remember() const;
    void recall();

    app::library::Library& m_library;
    app::Settings& m_settings;
    AdapterTableModel* m_model;
    widgets::SearchField* m_search;
    widgets::Button* m_base;
    widgets::Button* m_tag;
    widgets::TableView* m_table;
    QStackedWidget* m_stack; // table, nothing matches, failure
    widgets::EmptyState* m_nothing;
    widgets::MessageBar* m_failure;
    widgets::PlainLabel* m_totals;
    widgets::Button* m_trash;
    QString m_baseName;
    qint64 m_current = 0; // row of the library
    bool m_isRestoring = false;
};

} // namespace ui::pages::adapters
