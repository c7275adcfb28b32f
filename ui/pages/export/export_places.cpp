// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/export_places.h"

#include <QDir>
#include <QFileInfo>

namespace ui::pages::exporting {

namespace {

constexpr int kMostProposals = 1000;

bool isTaken(const QString& folder)
{
    const QFileInfo info(folder);
    return info.exists() && (!info.isDir() || !QDir(folder).isEmpty());
}

} // namespace

Places placesOf(const ExportPlan& plan)
{
    Places places;
    places.disk = app::diskSpace(plan.folder);
    places.hasBase = QFileInfo(plan.basePath).exists();
    places.hasAdapter = QFileInfo(plan.adapterPath).exists();
    for (const QString& format : plan.formats) {
        if (const QString target = targetOf(plan, format); isTaken(target)) {
            places.taken.append(target);
        }
    }
    return places;
}

QString freeFolder(const QString& wanted)
{
    QString folder = wanted;
    for (int number = 2; isTaken(folder) && number < kMostProposals; ++number) {
        folder = wanted + u'-' + QString::number(number);
    }
    return folder;
}

} // namespace ui::pages::exporting
