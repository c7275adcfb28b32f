// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What only the disk knows about a plan: room, and what is there already. Worker threads.
#pragma once

#include "app/base/paths.h"
#include "ui/pages/export/export_plan.h"

namespace ui::pages::exporting {

struct Places
{
    app::DiskSpace disk;
    bool hasBase = false;
    bool hasAdapter = false;
    QStringList taken; // targets that exist and are not empty
};
Places placesOf(const ExportPlan& plan);

// The folder itself when nothing is in it, else "-2" and so on added.
QString freeFolder(const QString& wanted);

} // namespace ui::pages::exporting
