// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/runs/chart_menu.h"

#include "app/base/error_text.h"
#include "ui/dialogs/dialogs.h"
#include "ui/plots/chart_view.h"

#include <QMenu>

namespace ui::pages::runs {

using plots::ExportFormat;

ChartMenu::ChartMenu(plots::ChartView& chart, Dialogs& dialogs, QWidget* parent)
    : IconButton(QStringLiteral("download"), tr("Save the chart"), false, parent), m_chart(chart),
      m_dialogs(dialogs), m_fileName(tr("chart"))
{
    connect(this, &QToolButton::clicked, this, [this] { showMenu(); });
}

void ChartMenu::showMenu()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Picture (PNG)…"), this, [this] { write(ExportFormat::Png); });
    menu->addAction(tr("Drawing (SVG)…"), this, [this] { write(ExportFormat::Svg); });
    menu->addAction(tr("Numbers (CSV)…"), this, [this] { write(ExportFormat::Csv); });
    menu->popup(mapToGlobal(QPoint(0, height())));
}

void ChartMenu::write(ExportFormat format)
{
    const QString suffix = plots::fileSuffix(format);
    const QString filter = QString(suffix.toUpper() % QLatin1String(" (*.") % suffix % u')');
    m_dialogs.saveFile(
        window(),
        tr("Save the chart"),
        m_fileName % u'.' % suffix,
        filter,
        [this, format](const QString& path) {
            plots::exportChart(
                m_chart, format, path, this, [this](engine::contract::Result<QString> result) {
                    if (result.ok()) {
                        Q_EMIT written(result.value());
                    } else {
                        Q_EMIT failed(app::errorSentence(result.error()),
                                      app::errorDetail(result.error()));
                    }
                });
        });
}

} // namespace ui::pages::runs
