// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The list that drops down from a pane's header: the base alone, the library's adapters (those of
// this base first), or a folder from elsewhere. Closes itself with the choice.
#pragma once

#include "app/library/library.h"
#include "ui/pages/playground/conversation.h"

#include <QFrame>

class QStandardItemModel;

namespace ui::widgets {
class ListView;
class SearchField;
} // namespace ui::widgets

namespace ui::pages::playground {

class AdapterPicker : public QFrame
{
    Q_OBJECT

public:
    // `model`: folder of the base.
    AdapterPicker(app::library::Library& library, QString model, QWidget* parent);

    // Shows it below `anchor`, as wide as that at least.
    void popup(QWidget* anchor);

Q_SIGNALS:
    void chosen(const std::optional<ui::pages::playground::AdapterChoice>& adapter);
    void folderAsked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill(const QString& text);
    void take(int row);

    app::library::Library& m_library;
    QString m_model;
    std::vector<std::optional<AdapterChoice>> m_choices; // by row; the last row is the folder
    QStandardItemModel* m_items;
    widgets::SearchField* m_search;
    widgets::ListView* m_list;
};

// What the library knows of an adapter, as a pane shows it.
AdapterChoice choiceOf(const app::library::Adapter& adapter);

} // namespace ui::pages::playground
