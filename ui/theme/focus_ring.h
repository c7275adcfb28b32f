// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The ring 2 px outside a button that has the keyboard's focus. Fields show focus by their border.
// Appears only when the focus came by key, so that a click leaves no ring behind.
#pragma once

#include <QObject>
#include <QPointer>

class QApplication;
class QFocusFrame;
class QWidget;

namespace ui {

class FocusRing : public QObject
{
    Q_OBJECT

public:
    // Watches the whole application, which owns it.
    explicit FocusRing(QApplication& app);

    // The widget that carries the ring now, or null.
    QWidget* target() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void show(QWidget* widget);
    void hide();

    QPointer<QFocusFrame> m_frame;
};

} // namespace ui
