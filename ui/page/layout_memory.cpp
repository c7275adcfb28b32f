// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/layout_memory.h"

#include "app/base/settings.h"

#include <QHeaderView>
#include <QSplitter>
#include <QTimer>

namespace ui {

namespace {

// A drag makes many changes; one write when it rests is enough.
constexpr int kRestMs = 300;

QTimer* afterRest(QWidget* widget)
{
    auto* timer = new QTimer(widget);
    timer->setSingleShot(true);
    timer->setInterval(kRestMs);
    return timer;
}

} // namespace

void rememberSplitter(QSplitter* splitter, app::Settings& settings, const QString& name)
{
    splitter->restoreState(settings.viewState(name));
    QTimer* rest = afterRest(splitter);
    QObject::connect(splitter, &QSplitter::splitterMoved, rest, qOverload<>(&QTimer::start));
    QObject::connect(rest, &QTimer::timeout, splitter, [splitter, &settings, name] {
        settings.setViewState(name, splitter->saveState());
    });
}

void rememberColumns(QHeaderView* header, app::Settings& settings, const QString& name)
{
    // A state of another number of columns is of another version: the defaults hold.
    const int columns = header->count();
    const QByteArray fresh = header->saveState();
    if (header->restoreState(settings.viewState(name)) && header->count() != columns) {
        header->restoreState(fresh);
    }
    QTimer* rest = afterRest(header);
    const auto start = qOverload<>(&QTimer::start);
    QObject::connect(header, &QHeaderView::sectionResized, rest, start);
    QObject::connect(header, &QHeaderView::sectionMoved, rest, start);
    QObject::connect(header, &QHeaderView::sortIndicatorChanged, rest, start);
    QObject::connect(rest, &QTimer::timeout, header, [header, &settings, name] {
        settings.setViewState(name, header->saveState());
    });
}

} // namespace ui
