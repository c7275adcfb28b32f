// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/queue_panel.h"

#include "app/base/format.h"
#include "ui/pages/runs/queue_model.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/separator.h"

#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

namespace ui::pages::runs {

namespace {

constexpr int kMostRows = 5; // before it scrolls
constexpr int kGrip = 16;

// Grip, place, name; the time it was added at the right.
class QueueDelegate final : public widgets::RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void paintContent(QPainter& painter,
                      const QRect& rect,
                      const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override
    {
        const int grip = theme().px(kGrip);
        const QPixmap dots = iconPixmap(QStringLiteral("grip"),
                                        theme().color(Color::TextTertiary),
                                        grip,
                                        painter.device()->devicePixelRatioF());
        painter.drawPixmap(rect.left(), rect.center().y() - grip / 2, dots);
        widgets::paintText(painter,
                           rect.adjusted(grip + theme().px(8), 0, 0, 0),
                           index.data().toString(),
                           theme().font(Type::Body),
                           Color::Text);
        Q_UNUSED(option);
    }
};

} // namespace

QueuePanel::QueuePanel(app::runs::RunCenter& center, QWidget* parent)
    : QWidget(parent), m_center(center), m_model(new QueueModel(center, this)),
      m_list(new QListView), m_count(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary)),
      m_remove(new widgets::IconButton(QStringLiteral("trash"), tr("Remove from the queue"))),
      m_message(new widgets::MessageBar(widgets::MessageBar::Severity::Warning))
{
    auto* add = new widgets::IconButton(QStringLiteral("plus"), tr("Add a run to the queue"));
    connect(add, &QToolButton::clicked, this, &QueuePanel::addRequested);

    auto* header = new QHBoxLayout;
    header->setContentsMargins(theme().px(16), theme().px(4), theme().px(8), theme().px(4));
    header->addWidget(new widgets::PlainLabel(tr("Queue"), Type::BodyStrong));
    header->addSpacing(theme().px(4));
    header->addWidget(m_count);
    header->addStretch();
    header->addWidget(m_remove);
    header->addWidget(add);

    m_list->setModel(m_model);
    m_list->setItemDelegate(new QueueDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDefaultDropAction(Qt::MoveAction);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(tr("Queue"));
    m_list->setAccessibleDescription(
        tr("Alt with the arrow keys moves a run, Delete removes it from the queue."));
    m_list->installEventFilter(this);

    auto* bars = new QVBoxLayout;
    bars->setContentsMargins(theme().px(12), 0, theme().px(12), theme().px(8));
    bars->addWidget(m_message);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new widgets::Separator);
    layout->addLayout(header);
    layout->addLayout(bars);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_list);

    connect(m_list, &QListView::customContextMenuRequested, this, &QueuePanel::showMenu);
    connect(m_remove, &QToolButton::clicked, this, [this] {
        m_model->remove(m_list->currentIndex().row());
    });
    connect(m_model, &QueueModel::moved, this, [this](int row) {
        m_list->setCurrentIndex(m_model->index(row));
    });
    connect(m_model, &QueueModel::refused, this, [this](const QString& cause, const QString& hint) {
        m_message->setText(cause, hint);
        m_message->clearActions();
        m_message->show();
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] { update(); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        m_remove->setVisible(m_list->currentIndex().isValid());
    });
    update();
}

void QueuePanel::update()
{
    const int rows = m_model->rowCount();
    setVisible(rows > 0);
    m_count->setText(app::formatCount(rows));
    m_remove->setVisible(m_list->currentIndex().isValid());
    const int shown = qBound(1, rows, kMostRows);
    m_list->setFixedHeight(shown * theme().height(ui::Size::TableRow));
    m_message->setVisible(m_center.isQueueHeld());
    m_message->clearActions();
    if (m_center.isQueueHeld()) {
        m_message->setText(tr("The queue waits."), tr("The last run failed."));
        m_message->addAction(tr("Go on"), this, [this] { m_center.setQueueHeld(false); });
    }
}

bool QueuePanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const int row = m_list->currentIndex().row();
        const bool alt = key->modifiers().testFlag(Qt::AltModifier);
        if (alt && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            m_model->move(row, key->key() == Qt::Key_Up ? row - 1 : row + 1);
            return true;
        }
        if (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace) {
            m_model->remove(row);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void QueuePanel::showMenu(const QPoint& place)
{
    const QModelIndex index = m_list->indexAt(place);
    if (!index.isValid()) {
        return;
    }
    const int row = index.row();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [this, menu](const QString& text, bool enabled, auto action) {
        QAction* added = menu->addAction(text, this, action);
        added->setEnabled(enabled);
    };
    add(tr("Move up"), row > 0, [this, row] { m_model->move(row, row - 1); });
    add(tr("Move down"), row + 1 < m_model->rowCount(), [this, row] {
        m_model->move(row, row + 1);
    });
    add(tr("Train next"), row > 0, [this, row] { m_model->move(row, 0); });
    menu->addSeparator();
    add(tr("Remove from the queue"), true, [this, row] { m_model->remove(row); });
    menu->popup(m_list->viewport()->mapToGlobal(place));
}

} // namespace ui::pages::runs
