// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plots/picture.h"

#include "ui/plots/plot_style.h"
#include "ui/theme/theme.h"

#include <QBuffer>
#include <QFontMetricsF>
#include <QSvgGenerator>

#include <qcustomplot.h>

#include <cmath>

namespace ui::plots {

namespace {

constexpr double kScale = 2;
constexpr int kMargin = 16;
constexpr int kGap = 8;
constexpr int kGlyphWidth = 20;
constexpr QSize kSmallestPlot(320, 200);

// Where things are on the page.
class Page
{
public:
    Page(const QString& title, const std::vector<LegendEntry>& legend, QSize plotSize)
        : m_title(title), m_legend(legend), m_plot(plotSize.expandedTo(kSmallestPlot))
    {
        m_titleHeight = title.isEmpty() ? 0 : lineHeight(theme().font(Type::BodyStrong)) + kGap;
        m_legendHeight = legend.empty() ? 0 : lineHeight(tickFont()) + kGap;
    }

    QSize size() const
    {
        return m_plot + QSize(2 * kMargin, 2 * kMargin + m_titleHeight + m_legendHeight);
    }

    void paint(QCPPainter& painter, const PaintPlot& paintPlot) const
    {
        const PlotColors colors = lightColors();
        painter.fillRect(QRect(QPoint(), size()), colors.surface);
        painter.translate(kMargin, kMargin);
        if (!m_title.isEmpty()) {
            painter.setFont(theme().font(Type::BodyStrong));
            painter.setPen(colors.text);
            painter.drawText(QRect(0, 0, m_plot.width(), m_titleHeight - kGap),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             m_title);
        }
        paintLegend(painter, colors);
        painter.translate(0, m_titleHeight + m_legendHeight);
        paintPlot(painter, m_plot);
    }

private:
    static int lineHeight(const QFont& font)
    {
        return static_cast<int>(std::ceil(QFontMetricsF(font).height())) + 2;
    }

    void paintLegend(QCPPainter& painter, const PlotColors& colors) const
    {
        const QFontMetricsF metrics(tickFont());
        const double height = m_legendHeight - kGap;
        double x = 0;
        for (const LegendEntry& entry : m_legend) {
            if (!entry.on) {
                continue;
            }
            drawGlyph(painter, QRectF(x, m_titleHeight, kGlyphWidth, height), entry, colors);
            x += kGlyphWidth + kGap / 2.0;
            const double width = metrics.horizontalAdvance(entry.text);
            painter.setFont(tickFont());
            painter.setPen(colors.labelText);
            painter.drawText(QRectF(x, m_titleHeight, width + 1, height),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             entry.text);
            x += width + 2 * kGap;
        }
    }

    const QString& m_title;
    const std::vector<LegendEntry>& m_legend;
    QSize m_plot;
    int m_titleHeight = 0;
    int m_legendHeight = 0;
};

} // namespace

QImage pictureImage(const QString& title,
                    const std::vector<LegendEntry>& legend,
                    QSize plotSize,
                    const PaintPlot& paintPlot)
{
    const Page page(title, legend, plotSize);
    QImage image(page.size() * kScale, QImage::Format_ARGB32_Premultiplied);
    QCPPainter painter;
    painter.begin(&image);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.scale(kScale, kScale);
    page.paint(painter, paintPlot);
    painter.end();
    return image;
}

QByteArray pictureSvg(const QString& title,
                      const std::vector<LegendEntry>& legend,
                      QSize plotSize,
                      const PaintPlot& paintPlot)
{
    const Page page(title, legend, plotSize);
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(page.size());
    generator.setViewBox(QRect(QPoint(), page.size()));
    generator.setTitle(title.toHtmlEscaped()); // it writes the title as it is
    QCPPainter painter;
    painter.begin(&generator);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    page.paint(painter, paintPlot);
    painter.end();
    return buffer.data();
}

} // namespace ui::plots
