// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How other programs open what was exported: lines to copy, for these very folders.
#pragma once

#include "ui/pages/export/export_plan.h"

#include <QList>

namespace ui::pages::exporting {

struct OpenHint
{
    QString program; // "transformers"
    QString text;
};

// For the formats that were written. `engineProgram` for our own command line.
QList<OpenHint>
openHints(const ExportPlan& plan, const QStringList& written, const QString& engineProgram);

// A Python string literal.
QString pythonText(const QString& text);

} // namespace ui::pages::exporting
