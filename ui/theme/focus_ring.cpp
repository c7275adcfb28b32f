// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/focus_ring.h"

#include <QAbstractButton>
#include <QApplication>
#include <QEvent>
#include <QFocusEvent>
#include <QFocusFrame>
#include <QSlider>

namespace ui {
namespace {

bool isKeyReason(Qt::FocusReason reason)
{
    return reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason
           || reason == Qt::ShortcutFocusReason;
}

} // namespace

FocusRing::FocusRing(QApplication& app) : QObject(&app)
{
    app.installEventFilter(this);
}

QWidget* FocusRing::target() const
{
    return m_frame && m_frame->isVisibleTo(m_frame->parentWidget()) ? m_frame->widget() : nullptr;
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::FocusIn) {
        const bool wantsRing =
            qobject_cast<QAbstractButton*>(watched) || qobject_cast<QSlider*>(watched);
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        if (wantsRing && isKeyReason(reason)) {
            show(static_cast<QWidget*>(watched));
        } else if (watched->isWidgetType() && reason != Qt::ActiveWindowFocusReason) {
            hide();
        }
    } else if (event->type() == QEvent::FocusOut && target() == watched
               && static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason) {
        hide();
    }
    return QObject::eventFilter(watched, event);
}

void FocusRing::show(QWidget* widget)
{
    // The frame becomes a sibling of its widget and dies with that parent; then it is made anew.
    if (!m_frame) {
        m_frame = new QFocusFrame(widget);
    }
    m_frame->setWidget(widget);
}

void FocusRing::hide()
{
    if (m_frame) {
        m_frame->setWidget(nullptr);
    }
}

} // namespace ui
