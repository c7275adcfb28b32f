// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/models/module_tab.h"

#include "app/base/text.h"
#include "ui/pages/models/model_list_model.h"
#include "ui/pages/models/module_tree_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/share_delegate.h"
#include "ui/widgets/tree_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace ui::pages::models {

ModuleTab::ModuleTab(QWidget* parent)
    : QWidget(parent), m_modules(new ModuleTreeModel(this)),
      m_search(new widgets::SearchField(tr("Find a module or test a pattern, for example q v"))),
      m_collapse(widgets::smallButton(tr("Collapse all"))), m_tree(new widgets::TreeView),
      m_name(new widgets::ElidedLabel({}, Type::MonoSmall)),
      m_detail(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary)),
      m_copy(widgets::linkButton(tr("Copy name")))
{
    m_search->setAccessibleName(tr("Find a module"));
    m_tree->setModel(m_modules);
    m_tree->setAccessibleName(tr("Modules of the model"));
    auto* share = new widgets::ShareDelegate(m_tree);
    share->setCompact(true);
    m_tree->setItemDelegateForColumn(ModuleTreeModel::Share, share);
    QHeaderView* header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(ModuleTreeModel::Module, QHeaderView::Stretch);
    header->setMinimumSectionSize(theme().px(72));
    for (const auto& [column, width] : {std::pair(ModuleTreeModel::Shape, 150),
                                        std::pair(ModuleTreeModel::Parameters, 110),
                                        std::pair(ModuleTreeModel::Share, 116)}) {
        header->setSectionResizeMode(column, QHeaderView::Interactive);
        header->resizeSection(column, theme().px(width));
    }

    const Theme& look = theme();
    auto* top = new QHBoxLayout;
    top->setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(10));
    top->setSpacing(look.px(8));
    top->addWidget(m_search, 1);
    top->addWidget(m_collapse);
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    bottom->setSpacing(look.px(16));
    bottom->addWidget(m_name);
    bottom->addWidget(m_detail, 1);
    bottom->addWidget(m_copy);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_tree, 1);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(bottom);

    connect(m_search, &widgets::SearchField::searchChanged, this, &ModuleTab::filter);
    connect(m_collapse, &QAbstractButton::clicked, this, &ModuleTab::toggleAll);
    connect(m_tree->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            &ModuleTab::showCurrent);
    connect(m_copy, &QAbstractButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_name->text());
    });
    showCurrent();
}

void ModuleTab::setModel(const engine::contract::Value& model)
{
    m_search->clear();
    m_modules->setFilter({});
    m_modules->setModel(model);
    openUsual();
}

// The root, its blocks and the first block, as one would open them oneself.
void ModuleTab::openUsual()
{
    m_isCollapsed = false;
    m_collapse->setText(tr("Collapse all"));
    const QModelIndex root = m_modules->index(0, 0);
    m_tree->expand(root);
    for (int row = 0; row < m_modules->rowCount(root); ++row) {
        const QModelIndex part = m_modules->index(row, 0, root);
        if (m_modules->rowCount(part) == 0) {
            continue;
        }
        m_tree->expand(part);
        const QModelIndex block = m_modules->index(0, 0, part);
        if (m_modules->rowCount(block) > 0) {
            m_tree->expandRecursively(block);
            break;
        }
    }
    showCurrent();
}

void ModuleTab::filter(const QString& text)
{
    m_modules->setFilter(text);
    if (text.trimmed().isEmpty()) {
        openUsual();
        return;
    }
    m_tree->expandAll();
    m_tree->setCurrentIndex(m_modules->firstMatch());
    showCurrent();
}

void ModuleTab::toggleAll()
{
    m_isCollapsed = !m_isCollapsed;
    m_collapse->setText(m_isCollapsed ? tr("Expand all") : tr("Collapse all"));
    if (m_isCollapsed) {
        m_tree->collapseAll();
    } else {
        m_tree->expandAll();
    }
}

void ModuleTab::showCurrent()
{
    const QModelIndex current = m_tree->currentIndex();
    const QString name = current.data(ModuleTreeModel::FullNameRole).toString();
    m_copy->setVisible(!name.isEmpty());
    m_name->setVisible(!name.isEmpty());
    m_name->setText(name);
    if (name.isEmpty()) {
        m_detail->setText(m_search->text().trimmed().isEmpty()
                              ? tr("Choose a module to see its name.")
                          : m_modules->shownModules() == 0
                              ? tr("No module matches.")
                              : tr("%n module(s) match.", nullptr, m_modules->shownModules()));
        return;
    }
    QStringList details;
    if (!m_search->text().trimmed().isEmpty()) {
        details.append(tr("%n module(s) match.", nullptr, m_modules->shownModules()));
    }
    const QString dtype = current.data(ModuleTreeModel::DetailRole).toString();
    if (!dtype.isEmpty()) {
        details.append(shortDtype(dtype));
    }
    m_detail->setText(details.join(QStringLiteral(" · ")));
}

} // namespace ui::pages::models
