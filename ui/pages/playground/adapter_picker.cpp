// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/adapter_picker.h"

#include "app/base/format.h"
#include "ui/theme/box.h"
#include "ui/theme/theme.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/list_row_delegate.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/search_field.h"

#include <QKeyEvent>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::playground {

namespace {

// More is found by typing.
constexpr int kMostRows = 200;

QStandardItem* row(const QString& first, const QString& second, const QString& trailing = {})
{
    auto* const item = new QStandardItem(first);
    item->setData(second, widgets::SecondLineRole);
    item->setData(trailing, widgets::TrailingRole);
    item->setEditable(false);
    return item;
}

} // namespace

AdapterChoice choiceOf(const app::library::Adapter& adapter)
{
    return {
        adapter.path, adapter.id, adapter.name, adapter.sha256, adapter.parameters, adapter.bytes};
}

AdapterPicker::AdapterPicker(app::library::Library& library, QString model, QWidget* parent)
    : QFrame(parent, Qt::Popup), m_library(library), m_model(std::move(model)),
      m_items(new QStandardItemModel(this)),
      m_search(new widgets::SearchField(tr("Search adapters"))), m_list(new widgets::ListView)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setBox(*this, Box::Card);
    m_search->setAccessibleName(tr("Search adapters"));
    m_list->setAccessibleName(tr("Adapters"));
    m_list->setModel(m_items);
    m_list->setItemDelegate(new widgets::ListRowDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    auto* const layout = new QVBoxLayout(this);
    const int gap = theme().px(8);
    layout->setContentsMargins(1, gap, 1, 1);
    layout->setSpacing(gap);
    auto* const searchRow = new QHBoxLayout;
    searchRow->setContentsMargins(gap, 0, gap, 0);
    searchRow->addWidget(m_search);
    layout->addLayout(searchRow);
    layout->addWidget(m_list);
    connect(m_search, &widgets::SearchField::searchChanged, this, &AdapterPicker::fill);
    connect(
        m_list, &QListView::clicked, this, [this](const QModelIndex& index) { take(index.row()); });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) {
        take(index.row());
    });
    // Typing searches and the arrows walk, whichever has the focus.
    m_search->installEventFilter(this);
    fill({});
}

void AdapterPicker::popup(QWidget* anchor)
{
    const int width = std::max(anchor->width(), theme().px(320));
    const int rows = std::clamp(m_items->rowCount(), 2, 7);
    const int height = theme().px(56) + rows * theme().height(Size::ListItem);
    resize(width, height);
    move(anchor->mapToGlobal(QPoint(0, anchor->height())));
    show();
    m_search->setFocus();
}

void AdapterPicker::fill(const QString& text)
{
    m_items->clear();
    m_choices.clear();
    if (text.isEmpty()) {
        m_choices.emplace_back();
        m_items->appendRow(row(tr("Base"), tr("No adapter")));
    }
    app::library::AdapterQuery query;
    query.text = text;
    auto found = m_library.adapters().list(query, kMostRows);
    if (found) {
        std::vector<app::library::Adapter> adapters = std::move(found).value();
        std::stable_partition(adapters.begin(), adapters.end(), [this](const auto& adapter) {
            return adapter.basePath == m_model;
        });
        for (const app::library::Adapter& adapter : adapters) {
            const QString facts = app::shortHash(adapter.sha256) + QStringLiteral(" \u00b7 ")
                                  + app::formatShort(adapter.parameters)
                                  + QStringLiteral(" \u00b7 ") + app::formatBytes(adapter.bytes);
            const bool isOfOtherBase = adapter.basePath != m_model && !adapter.baseName.isEmpty();
            m_items->appendRow(row(adapter.name,
                                   isOfOtherBase ? tr("for %1").arg(adapter.baseName) : facts,
                                   app::formatWhen(adapter.made)));
            m_choices.push_back(choiceOf(adapter));
        }
    }
    m_items->appendRow(row(tr("Choose a folder…"), tr("An adapter that is not in the library")));
    m_list->setCurrentIndex(m_items->index(0, 0));
}

void AdapterPicker::take(int row)
{
    if (row < 0) {
        return;
    }
    if (std::size_t(row) < m_choices.size()) {
        Q_EMIT chosen(m_choices[std::size_t(row)]);
    } else {
        Q_EMIT folderAsked();
    }
    close();
}

bool AdapterPicker::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int row = m_list->currentIndex().row();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            const int next =
                std::clamp(row + (key == Qt::Key_Down ? 1 : -1), 0, m_items->rowCount() - 1);
            m_list->setCurrentIndex(m_items->index(next, 0));
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            take(row);
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace ui::pages::playground
