// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window_memory.h"

#include "app/base/settings.h"
#include "ui/theme/theme.h"

#include <QGuiApplication>
#include <QScreen>
#include <QStyle>
#include <QWidget>

#include <algorithm>

namespace ui::shell {

namespace {

constexpr QSize kDesignSize(1440, 900);
constexpr int kHandle = 80; // of the upper edge, in pixels

// Where a window's content can be: below the title bar that the desktop will put above it.
QRect roomOf(const QWidget& window, const QScreen& screen)
{
    const int title = window.style()->pixelMetric(QStyle::PM_TitleBarHeight, nullptr, &window);
    return screen.availableGeometry().adjusted(0, title, 0, 0);
}

void placeAnew(QWidget& window)
{
    const QRect room = roomOf(window, *QGuiApplication::primaryScreen());
    const QSize size = kDesignSize.boundedTo(room.size());
    window.setWindowState(Qt::WindowNoState);
    window.setGeometry(QRect(room.center() - QPoint(size.width(), size.height()) / 2, size));
}

// A window as high as the screen would hide its lower edge, where the job bar is.
void keepInside(QWidget& window)
{
    if (window.windowState().testAnyFlags(Qt::WindowMaximized | Qt::WindowFullScreen)) {
        return;
    }
    const QScreen* const own = QGuiApplication::screenAt(window.geometry().center());
    const QRect room = roomOf(window, own ? *own : *QGuiApplication::primaryScreen());
    QRect place = window.geometry();
    place.setSize(place.size().boundedTo(room.size()));
    place.moveTop(std::clamp(place.top(), room.top(), room.bottom() + 1 - place.height()));
    if (place != window.geometry()) {
        window.setGeometry(place);
    }
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
    keepInside(window);
}

void rememberWindow(const QWidget& window, app::Settings& settings)
{
    settings.set(app::kWindowGeometry, window.saveGeometry());
}

} // namespace ui::shell
