// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/list_detail.h"

#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/list_row_delegate.h"
#include "ui/widgets/list_view.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/tab_view.h"

#include <QAction>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui {

namespace {

// Width below which it has two columns.
constexpr int kNarrow = 1100;
constexpr int kListWidth = 264;
constexpr int kNarrowListWidth = 216;
constexpr int kFactsWidth = 288;

enum Detail { Loading, Failure, Tabs };

void setMargins(QLayout* layout, int margin)
{
    const int length = theme().px(margin);
    layout->setContentsMargins(length, length, length, length);
}

} // namespace

ListDetail::ListDetail(const Words& words,
                       QAbstractItemModel* model,
                       widgets::EmptyState* empty,
                       widgets::TabView* tabs,
                       QWidget* facts,
                       QWidget* parent)
    : QWidget(parent), m_stack(new QStackedWidget), m_tabs(tabs),
      m_facts(makeFacts(facts, words.about))
{
    auto* about = new QWidget;
    m_aboutTab = new QVBoxLayout(about);
    setMargins(m_aboutTab, 16);
    m_aboutIndex = m_tabs->addTab(about, tr("About"), QStringLiteral("about"));

    auto* content = new QWidget;
    m_columns = new QHBoxLayout(content);
    m_columns->setContentsMargins({});
    m_columns->setSpacing(theme().px(16));
    m_columns->addWidget(makeList(words, model));
    m_columns->addWidget(makeDetail(), 1);
    m_columns->addWidget(m_facts);
    m_stack->addWidget(empty);
    m_stack->addWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_stack);
    showLoading();
}

QWidget* ListDetail::makeList(const Words& words, QAbstractItemModel* model)
{
    m_listCard = new widgets::Card;
    m_listCard->setFlush(true);
    m_filter = new widgets::SearchField(words.filter);
    m_filter->setAccessibleName(words.filter);
    auto* head = new QVBoxLayout;
    setMargins(head, 12);
    head->addWidget(m_filter);
    m_list = new widgets::ListView;
    m_list->setItemDelegate(new widgets::ListRowDelegate(m_list));
    m_list->setModel(model);
    m_list->setAccessibleName(words.list);
    m_listCard->body()->addLayout(head);
    m_listCard->body()->addWidget(m_list, 1);

    auto* remove = new QAction(tr("Remove from the list"), m_list);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(remove, &QAction::triggered, this, &ListDetail::removeRequested);
    connect(m_filter, &widgets::SearchField::searchChanged, this, &ListDetail::filterChanged);
    return m_listCard;
}

QWidget* ListDetail::makeDetail()
{
    auto* card = new widgets::Card;
    card->setFlush(true);
    m_loading = new widgets::LoadingState;
    m_loading->setCancellable(true);
    m_failure = new widgets::MessageBar(widgets::MessageBar::Severity::Error);
    auto* failed = new QWidget;
    auto* failedLayout = new QVBoxLayout(failed);
    setMargins(failedLayout, 16);
    failedLayout->addWidget(m_failure);
    failedLayout->addStretch();
    m_detail = new QStackedWidget;
    m_detail->addWidget(m_loading);
    m_detail->addWidget(failed);
    m_detail->addWidget(m_tabs);
    card->body()->addWidget(m_detail);
    connect(m_loading, &widgets::LoadingState::cancelled, this, &ListDetail::cancelled);
    return card;
}

QScrollArea* ListDetail::makeFacts(QWidget* facts, const QString& name)
{
    auto* scroll = new QScrollArea;
    scroll->setWidget(facts);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(name);
    return scroll;
}

QString ListDetail::filter() const
{
    return m_filter->text().trimmed();
}

void ListDetail::clearFilter()
{
    m_filter->clear();
}

void ListDetail::setEmpty(bool isEmpty)
{
    m_stack->setCurrentIndex(isEmpty ? 0 : 1);
}

void ListDetail::showLoading()
{
    m_detail->setCurrentIndex(Loading);
    m_facts->hide();
    m_loading->start();
}

void ListDetail::setProgress(qint64 done, qint64 total, const QString& words)
{
    m_loading->setProgress(done, total, words);
}

widgets::MessageBar* ListDetail::showFailure()
{
    m_loading->stop();
    m_failure->clearActions();
    m_detail->setCurrentIndex(Failure);
    return m_failure;
}

void ListDetail::showTabs()
{
    m_loading->stop();
    m_detail->setCurrentIndex(Tabs);
    m_facts->show();
}

bool ListDetail::isShowingTabs() const
{
    return m_detail->currentIndex() == Tabs;
}

void ListDetail::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ListDetail::arrange()
{
    const Theme& look = theme();
    const bool isNarrow = width() < look.px(kNarrow);
    m_listCard->setFixedWidth(look.px(isNarrow ? kNarrowListWidth : kListWidth));
    const bool wasNarrow = m_aboutTab->indexOf(m_facts) >= 0;
    if (isNarrow && !wasNarrow) {
        m_facts->setMinimumWidth(0);
        m_facts->setMaximumWidth(QWIDGETSIZE_MAX);
        m_aboutTab->addWidget(m_facts);
    } else if (!isNarrow) {
        m_facts->setFixedWidth(look.px(kFactsWidth));
        if (wasNarrow) {
            m_columns->addWidget(m_facts);
        }
    }
    m_tabs->setTabVisible(m_aboutIndex, isNarrow);
}

} // namespace ui
