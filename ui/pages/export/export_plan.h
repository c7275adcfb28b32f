// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be exported, and the engine's arguments for it. Plain values; any thread.
#pragma once

#include <QString>
#include <QStringList>

namespace ui::pages::exporting {

struct ExportPlan
{
    QString basePath;
    QString adapterId; // of the library
    QString adapterName;
    QString adapterPath;
    double scale = 1;
    qint64 rank = 0;       // of an adapter with nested ranks; 0 = all it has
    QStringList formats;   // ids of the catalogue's exporters
    QString dtype;         // "" = as stored
    qint64 shardBytes = 0; // 0 = the engine's own choice
    QString mergeBase;     // "original", "dequantized"; empty: the engine's own choice
    QString folder;        // each format gets a folder of its id inside
};

// Where this format of the plan is written.
QString targetOf(const ExportPlan& plan, const QString& format);

// The verb and its options for one format; without --json and --progress.
QStringList verbArguments(const ExportPlan& plan, const QString& format);

// One line a shell takes, with what it needs quoted.
QString shellLine(const QString& program, const QStringList& arguments);
// All commands of the plan, each broken into an option a line.
QString shellCommands(const QString& program, const ExportPlan& plan);

} // namespace ui::pages::exporting
