// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A chart as a file: PNG, SVG or CSV, written aside and renamed, off the GUI thread.
#pragma once

#include "engine/contract/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <vector>

class QObject;

namespace ui::plots {

class ChartView;

// Numbers behind a chart. NaN is an empty cell.
struct ChartTable
{
    QStringList columns;
    std::vector<std::vector<double>> rows; // each as long as `columns`
};

enum class ExportFormat { Png, Svg, Csv };

// Comma-separated, a header line, "\n" ends, numbers in the shortest form that reads back exactly.
QByteArray toCsv(const ChartTable& table);

// "png", "svg" or "csv".
QString fileSuffix(ExportFormat format);

using ExportDone = std::function<void(engine::contract::Result<QString>)>;

// Writes `chart` as it is seen now to `path`. `done` gets the path or why it could not be written
// (kUnreadable, kDiskFull), on the GUI thread; dropped when `context` is gone.
void exportChart(
    ChartView& chart, ExportFormat format, const QString& path, QObject* context, ExportDone done);

} // namespace ui::plots
