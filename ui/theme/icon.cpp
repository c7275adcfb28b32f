// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icon.h"

#include "ui/theme/svg_icon_engine.h"

#include <QDir>
#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace ui {
namespace {

QString pathOf(const QString& name)
{
    return QStringLiteral(":/icons/") + name + QStringLiteral(".svg");
}

QByteArray sourceOf(const QString& name)
{
    QFile file(pathOf(name));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT_X(isOpen, "icon", qPrintable(name));
    return isOpen ? file.readAll() : QByteArray();
}

QPixmap render(QByteArray svg, const QColor& color, int size, qreal ratio)
{
    svg.replace("currentColor", color.name().toLatin1());
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer(svg).render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
}

const QString kLogoName = QStringLiteral("lora-studio");

} // namespace

QIcon icon(const QString& name, IconRole role)
{
    Q_ASSERT_X(QFile::exists(pathOf(name)), "icon", qPrintable(name));
    return QIcon(new SvgIconEngine(name, role));
}

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio)
{
    const QString key = QStringLiteral("studio-icon/") + name + color.name() + QLatin1Char('/')
                        + QString::number(size) + QLatin1Char('/')
                        + QString::number(devicePixelRatio);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        pixmap = render(sourceOf(name), color, std::max(size, 1), devicePixelRatio);
        QPixmapCache::insert(key, pixmap);
    }
    return pixmap;
}

QIcon logo()
{
    QIcon icon;
    for (const int size : {16, 20, 24, 32, 48, 64, 128, 256}) {
        icon.addPixmap(iconPixmap(kLogoName, Qt::black, size, 1));
    }
    return icon;
}

QStringList iconNames()
{
    QStringList names;
    const QStringList files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
    for (const QString& file : files) {
        names << file.chopped(4);
    }
    names.removeAll(kLogoName);
    return names;
}

} // namespace ui
