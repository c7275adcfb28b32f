// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/chart_export.h"

#include "app/base/task.h"
#include "app/base/write_file.h"
#include "ui/plots/chart_view.h"

#include <QBuffer>
#include <QImage>

#include <charconv>
#include <cmath>

namespace ui::plots {

namespace {

using engine::contract::Result;

QByteArray cell(const QString& text)
{
    QByteArray bytes = text.toUtf8();
    // A spreadsheet takes a leading = + - @ for a formula.
    if (!bytes.isEmpty() && QByteArrayView("=+-@").contains(bytes.front())) {
        bytes.prepend('\'');
    }
    if (bytes.contains(',') || bytes.contains('"') || bytes.contains('\n')) {
        bytes.replace('"', "\"\"");
        bytes = '"' + bytes + '"';
    }
    return bytes;
}

QByteArray pngBytes(const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes;
}

} // namespace

QByteArray toCsv(const ChartTable& table)
{
    QByteArray csv;
    for (qsizetype column = 0; column < table.columns.size(); ++column) {
        csv += column > 0 ? "," : "";
        csv += cell(table.columns[column]);
    }
    csv += '\n';
    std::array<char, 32> digits;
    for (const std::vector<double>& row : table.rows) {
        for (size_t column = 0; column < row.size(); ++column) {
            if (column > 0) {
                csv += ',';
            }
            if (std::isfinite(row[column])) {
                const auto end =
                    std::to_chars(digits.data(), digits.data() + digits.size(), row[column]);
                csv.append(digits.data(), end.ptr - digits.data());
            }
        }
        csv += '\n';
    }
    return csv;
}

QString fileSuffix(ExportFormat format)
{
    switch (format) {
    case ExportFormat::Svg:
        return QStringLiteral("svg");
    case ExportFormat::Csv:
        return QStringLiteral("csv");
    case ExportFormat::Png:
        break;
    }
    return QStringLiteral("png");
}

void exportChart(
    ChartView& chart, ExportFormat format, const QString& path, QObject* context, ExportDone done)
{
    // Drawing needs the GUI thread; packing and writing do not.
    std::function<QByteArray()> content;
    switch (format) {
    case ExportFormat::Png:
        content = [image = chart.image()] { return pngBytes(image); };
        break;
    case ExportFormat::Svg:
        content = [svg = chart.svg()] { return svg; };
        break;
    case ExportFormat::Csv:
        content = [table = chart.table()] { return toCsv(table); };
        break;
    }
    app::runThen(
        context,
        [content = std::move(content), path]() -> Result<QString> {
            const Result<void> written = app::writeFileAtomically(path, content());
            return written.ok() ? Result<QString>(path) : Result<QString>(written.error());
        },
        std::move(done));
}

} // namespace ui::plots
