// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/earlier_exports.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/chip_delegate.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/table_view.h"

#include <QStackedWidget>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;

namespace {

constexpr int kShown = 500;
constexpr int kFolderColumn = 3;
constexpr int kCheckColumn = 5;

QStandardItem* cell(const QString& text, bool isNumber = false)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return item;
}

} // namespace

EarlierExports::EarlierExports(app::library::Library& library,
                               std::function<QString(const QString&)> nameOf,
                               QWidget* parent)
    : Card(QString(), QString(), parent), m_library(library), m_nameOf(std::move(nameOf)),
      m_model(new QStandardItemModel(this)), m_table(new widgets::TableView),
      m_stack(new QStackedWidget)
{
    setTitle(tr("Earlier exports"));
    setFlush(true);
    widgets::Button* const close = widgets::ghostButton(tr("Close"), u"close"_s);
    addHeaderWidget(close);
    connect(close, &QAbstractButton::clicked, this, &EarlierExports::closed);
    m_model->setHorizontalHeaderLabels(
        {tr("When"), tr("Adapter"), tr("Format"), tr("Folder"), tr("Size"), tr("Check")});
    m_model->horizontalHeaderItem(4)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_table->setAccessibleName(tr("Earlier exports"));
    m_table->setModel(m_model);
    m_table->setStretchColumn(kFolderColumn);
    m_table->setItemDelegateForColumn(kCheckColumn, new widgets::ChipDelegate(m_table));
    m_stack->addWidget(m_table);
    m_stack->addWidget(new widgets::EmptyState(
        u"export"_s, tr("Nothing exported yet"), tr("What you export is listed here.")));
    body()->addWidget(m_stack);
    connect(m_table, &widgets::TableView::rowActivated, this, [this](const QModelIndex& index) {
        Q_EMIT revealRequested(index.siblingAtColumn(kFolderColumn).data(Qt::UserRole).toString());
    });
    reload();
}

int EarlierExports::count() const
{
    return m_model->rowCount();
}

void EarlierExports::reload()
{
    m_model->setRowCount(0);
    const auto exports = m_library.exports().list(kShown);
    if (!exports) {
        return; // the library says so itself, everywhere
    }
    for (const app::library::Export& one : exports.value()) {
        const QString id = one.adapters.value(0);
        const auto adapter = m_library.adapters().findById(id);
        QStandardItem* const folder = cell(one.path);
        folder->setData(one.path, Qt::UserRole);
        QStandardItem* const check = cell(QString());
        const bool wasChecked = one.verification.isObject();
        const bool isPassed = one.verification["passed"].toBool();
        check->setData(!wasChecked ? tr("not compared")
                       : isPassed  ? tr("passed")
                                   : tr("failed"),
                       widgets::ChipRole);
        check->setData(int(!wasChecked ? widgets::Chip::Kind::Neutral
                           : isPassed  ? widgets::Chip::Kind::Ok
                                       : widgets::Chip::Kind::Error),
                       widgets::ChipKindRole);
        m_model->appendRow({cell(app::formatMoment(one.made)),
                            cell(adapter ? adapter.value().name : app::shortHash(id)),
                            cell(m_nameOf(one.format)),
                            folder,
                            cell(app::formatBytes(one.bytes), true),
                            check});
    }
    setFact(tr("%n export(s)", nullptr, count()));
    m_stack->setCurrentIndex(count() > 0 ? 0 : 1);
}

} // namespace ui::pages::exporting
