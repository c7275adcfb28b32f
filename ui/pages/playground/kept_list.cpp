// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/kept_list.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace ui::pages::playground {

namespace {

constexpr int kRow = Qt::UserRole;
// Longer lists scroll by themselves.
constexpr int kMostRows = 8;

} // namespace

KeptList::KeptList(const QString& heading, const QString& empty, QWidget* parent)
    : QWidget(parent), m_items(new QStandardItemModel(this)), m_list(new QListView),
      m_count(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary)),
      m_empty(new widgets::PlainLabel(empty, Type::Small, Tone::Tertiary)),
      m_undo(widgets::linkButton(tr("Undo")))
{
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme().px(4));
    auto* const row = new QHBoxLayout;
    row->setSpacing(theme().px(8));
    row->addWidget(new widgets::PlainLabel(heading, Type::BodyStrong));
    row->addWidget(m_count);
    row->addStretch(1);
    row->addWidget(m_undo);
    layout->addLayout(row);
    layout->addWidget(m_list);
    layout->addWidget(m_empty);
    m_undo->hide();
    m_empty->setWrapping(true);
    m_list->setModel(m_items);
    m_list->setAccessibleName(heading);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setUniformItemSizes(true);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->installEventFilter(this);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        Q_EMIT chosen(index.data(kRow).toLongLong());
    });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT chosen(index.data(kRow).toLongLong());
    });
    connect(m_list, &QWidget::customContextMenuRequested, this, [this](const QPoint& point) {
        const QModelIndex index = m_list->indexAt(point);
        if (!index.isValid()) {
            return;
        }
        const qint64 kept = index.data(kRow).toLongLong();
        auto* const menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        connect(menu->addAction(tr("Remove")), &QAction::triggered, this, [this, kept] {
            Q_EMIT removeAsked(kept);
        });
        menu->popup(m_list->viewport()->mapToGlobal(point));
    });
    connect(m_undo, &QPushButton::clicked, this, [this] {
        const qint64 removed = std::exchange(m_removed, 0);
        m_undo->hide();
        Q_EMIT undoAsked(removed);
    });
    setItems({});
}

void KeptList::setItems(const std::vector<KeptItem>& items)
{
    m_items->clear();
    for (const KeptItem& kept : items) {
        auto* const item = new QStandardItem(kept.title);
        item->setData(kept.row, kRow);
        item->setToolTip(kept.title.toHtmlEscaped());
        item->setSizeHint({0, theme().px(28)});
        m_items->appendRow(item);
    }
    m_count->setText(items.empty() ? QString() : QString::number(items.size()));
    m_empty->setVisible(items.empty());
    m_list->setVisible(!items.empty());
    m_list->setFixedHeight(theme().px(28) * std::min(int(items.size()), kMostRows) + 2);
    mark();
}

void KeptList::setCurrent(qint64 row)
{
    m_current = row;
    mark();
}

// The one that is shown is bold, with its icon in the accent colour.
void KeptList::mark()
{
    for (int i = 0; i < m_items->rowCount(); ++i) {
        QStandardItem* const item = m_items->item(i);
        const bool isCurrent = item->data(kRow).toLongLong() == m_current;
        item->setFont(theme().font(isCurrent ? Type::BodyStrong : Type::Body));
        item->setIcon(
            icon(QStringLiteral("chat"), isCurrent ? IconRole::Accent : IconRole::Normal));
    }
}

void KeptList::offerUndo(qint64 row)
{
    m_removed = row;
    m_undo->show();
}

int KeptList::count() const
{
    return m_items->rowCount();
}

bool KeptList::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent*>(event)->matches(QKeySequence::Delete)
        && m_list->currentIndex().isValid()) {
        Q_EMIT removeAsked(m_list->currentIndex().data(kRow).toLongLong());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace ui::pages::playground
