// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What was exported before: a table of the library's records. Return or a double click reveals the
// folder.
#pragma once

#include "app/library/library.h"
#include "ui/widgets/card.h"

#include <functional>

class QStackedWidget;
class QStandardItemModel;

namespace ui::widgets {
class TableView;
} // namespace ui::widgets

namespace ui::pages::exporting {

class EarlierExports : public widgets::Card
{
    Q_OBJECT

public:
    EarlierExports(app::library::Library& library,
                   std::function<QString(const QString&)> nameOf,
                   QWidget* parent = nullptr);

    int count() const;
    void reload();

Q_SIGNALS:
    void revealRequested(const QString& folder);
    void closed();

private:
    app::library::Library& m_library;
    std::function<QString(const QString&)> m_nameOf;
    QStandardItemModel* m_model;
    widgets::TableView* m_table;
    QStackedWidget* m_stack;
};

} // namespace ui::pages::exporting
