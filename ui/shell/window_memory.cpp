// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window_memory.h"

#include "app/base/settings.h"
#include "ui/theme/theme.h"

#include <QGuiApplication>
#include <QScreen>
#include <QWidget>

namespace ui::shell {

namespace {

constexpr QSize kDesignSize(1440, 900);
constexpr int kHandle = 80; // of the upper edge, in pixels

void placeAnew(QWidget& window)
{
    const QScreen* screen = QGuiApplication::primaryScreen();
    const QRect room = screen->availableGeometry();
    const QSize size = kDesignSize.boundedTo(room.size());
    window.setWindowState(Qt::WindowNoState);
    window.setGeometry(QRect(room.center() - QPoint(size.width(), size.height()) / 2, size));
}

} // namespace

bool isReachable(const QRect& frame)
{
    const QRect edge(frame.topLeft(), QSize(frame.width(), kHandle / 2));
    const QList<QScreen*> screens = QGuiApplication::screens();
    for (const QScreen* screen : screens) {
        const QRect seen = edge & screen->availableGeometry();
        if (seen.width() >= kHandle && seen.height() > 0) {
            return true;
        }
    }
    return false;
}

void restoreWindow(QWidget& window, app::Settings& settings)
{
    const QByteArray remembered = settings.get(app::kWindowGeometry);
    if (remembered.isEmpty() || !window.restoreGeometry(remembered)
        || !isReachable(window.normalGeometry())) {
        placeAnew(window);
    }
}

void rememberWindow(const QWidget& window, app::Settings& settings)
{
    settings.set(app::kWindowGeometry, window.saveGeometry());
}

} // namespace ui::shell
