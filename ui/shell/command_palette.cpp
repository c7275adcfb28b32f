// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/command_palette.h"

#include "ui/shell/palette_delegate.h"
#include "ui/shell/palette_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/search_field.h"

#include <QApplication>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ui::shell {

namespace {

constexpr int kWidth = 620;
constexpr int kTop = 72;
constexpr int kVisibleRows = 10;

} // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_model(new PaletteModel(this)),
      m_field(new widgets::SearchField(tr("Go to a page, a run, a model…"), false, this)),
      m_list(new QListView(this)),
      m_nothing(
          new widgets::PlainLabel(tr("Nothing has this name."), Type::Small, Tone::Tertiary, this))
{
    m_field->setAccessibleName(tr("Search everything"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->viewport()->setAutoFillBackground(false);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    // The keys are the field's; the list only shows.
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Results"));
    m_nothing->setAlignment(Qt::AlignCenter);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, theme().px(8));
    layout->setSpacing(theme().px(8));
    auto* head = new QVBoxLayout;
    head->setContentsMargins(theme().px(12), theme().px(12), theme().px(12), 0);
    head->addWidget(m_field);
    layout->addLayout(head);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_nothing, 1);

    connect(m_field, &QLineEdit::textEdited, this, &CommandPalette::type);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        choose(index.row());
    });
    m_field->installEventFilter(this);
    window->installEventFilter(this);
    hide();
}

void CommandPalette::addSource(PaletteSource source)
{
    m_model->addSource(std::move(source));
}

void CommandPalette::popUp(PaletteEntries entries)
{
    if (!isVisible()) {
        m_focusBefore = QApplication::focusWidget();
        // A click anywhere else in the program closes it.
        qApp->installEventFilter(this);
    }
    m_model->setEntries(std::move(entries));
    m_field->clear();
    type({});
    place();
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::type(const QString& typed)
{
    m_model->type(typed);
    const bool isEmpty = m_model->rowCount() == 0;
    m_list->setVisible(!isEmpty);
    m_nothing->setVisible(isEmpty);
    if (!isEmpty) {
        m_list->setCurrentIndex(m_model->index(0));
    }
}

void CommandPalette::choose(int row)
{
    if (row >= 0 && row < m_model->rowCount()) {
        dismiss();
        m_model->run(row);
    }
}

void CommandPalette::dismiss()
{
    qApp->removeEventFilter(this);
    hide();
    if (m_focusBefore != nullptr) {
        m_focusBefore->setFocus(Qt::PopupFocusReason);
    }
}

void CommandPalette::place()
{
    const QWidget* window = parentWidget();
    const int width = std::min(theme().px(kWidth), window->width() - theme().px(32));
    const int rows = kVisibleRows * theme().height(Size::TableRow);
    const int height = std::min(rows + theme().px(64), window->height() - theme().px(kTop));
    setGeometry((window->width() - width) / 2,
                std::min(theme().px(kTop), window->height() / 8),
                width,
                height);
}

void CommandPalette::step(int rows)
{
    const int last = m_model->rowCount() - 1;
    const int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(last, 0));
    m_list->setCurrentIndex(m_model->index(row));
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (!isVisible()) {
        return false;
    }
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        place();
    }
    if (event->type() == QEvent::MouseButtonPress && watched->isWidgetType()) {
        auto* widget = static_cast<QWidget*>(watched);
        if (widget != this && !isAncestorOf(widget)) {
            dismiss();
        }
        return false;
    }
    if (watched != m_field || event->type() != QEvent::KeyPress) {
        return false;
    }
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down:
        step(1);
        return true;
    case Qt::Key_Up:
        step(-1);
        return true;
    case Qt::Key_PageDown:
        step(kVisibleRows);
        return true;
    case Qt::Key_PageUp:
        step(-kVisibleRows);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose(m_list->currentIndex().row());
        return true;
    case Qt::Key_Escape:
        dismiss();
        return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        // There is nowhere to go: the rest of the window is covered.
        return true;
    default:
        return false;
    }
}

void CommandPalette::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double radius = theme().number(QStringLiteral("radius/card"));
    painter.setPen(QPen(theme().color(Color::LineStrong), 1));
    painter.setBrush(theme().color(Color::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
}

} // namespace ui::shell
