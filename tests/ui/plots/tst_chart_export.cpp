// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Exported files are whole and hold what the chart shows.
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/loss_chart.h"

#include <QFile>
#include <QImageReader>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include <limits>

using namespace ui::plots;
using engine::contract::Result;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestChartExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersReadBackExactly();
    void textsAreQuotedAndNeverFormulas();
    void filesAreWhole_data();
    void filesAreWhole();
    void aFailureLeavesTheOldFile();
    void picturesShowTheDiscsOfTheEvaluations();
    void picturesAreLightInTheDark();
};

void TestChartExport::numbersReadBackExactly()
{
    const QByteArray csv =
        toCsv({{QStringLiteral("step"), QStringLiteral("loss")},
               {{1, 0.1}, {2, std::numeric_limits<double>::quiet_NaN()}, {3, 1e-9}}});
    QCOMPARE(csv, QByteArray("step,loss\n1,0.1\n2,\n3,1e-09\n"));
}

void TestChartExport::textsAreQuotedAndNeverFormulas()
{
    const QByteArray csv =
        toCsv({{QStringLiteral("a,b"), QStringLiteral("=cmd|x"), QStringLiteral("q\"r")}, {}});
    QCOMPARE(csv, QByteArray("\"a,b\",'=cmd|x,\"q\"\"r\"\n"));
}

void TestChartExport::filesAreWhole_data()
{
    QTest::addColumn<ExportFormat>("format");
    QTest::newRow("png") << ExportFormat::Png;
    QTest::newRow("svg") << ExportFormat::Svg;
    QTest::newRow("csv") << ExportFormat::Csv;
}

void TestChartExport::filesAreWhole()
{
    QFETCH(ExportFormat, format);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("chart.") + fileSuffix(format));
    LossChart chart;
    chart.resize(700, 300);
    chart.setTitle(QStringLiteral("kestrel <r16>"));
    chart.setTraining(chart_test::fallingLoss(2000));
    QString written;
    exportChart(chart, format, path, this, [&written](const Result<QString>& result) {
        written = result.ok() ? result.value() : QStringLiteral("failed");
    });
    QTRY_COMPARE(written, path);
    const QByteArray content = contentOf(path);
    if (format == ExportFormat::Png) {
        const QImage image = QImageReader(path).read();
        QVERIFY(image.width() >= 1400);
        QCOMPARE(image.pixelColor(1, 1), QColor(Qt::white));
    } else if (format == ExportFormat::Svg) {
        QXmlStreamReader xml(content);
        int paths = 0;
        while (!xml.atEnd()) {
            xml.readNext();
            const bool line =
                xml.name() == QLatin1String("path") || xml.name() == QLatin1String("polyline");
            paths += xml.isStartElement() && line ? 1 : 0;
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(paths > 5);
        QVERIFY(content.contains("kestrel &lt;r16&gt;"));
    } else {
        QCOMPARE(content.count('\n'), 2001);
        QVERIFY(
            content.startsWith("step,tokens,seconds,loss,smoothed_loss,eval_loss\n1,4096,0.5,"));
    }
}

void TestChartExport::aFailureLeavesTheOldFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("absent/chart.csv"));
    LossChart chart;
    QString code;
    exportChart(chart, ExportFormat::Csv, path, this, [&code](const Result<QString>& result) {
        code = result.ok() ? QStringLiteral("ok") : QString::fromStdString(result.error().code);
    });
    QTRY_COMPARE(code, QStringLiteral("unreadable"));
}

void TestChartExport::picturesShowTheDiscsOfTheEvaluations()
{
    const auto reds = [](LossChart& chart) {
        const QImage image = chart.image();
        const QColor color = ui::theme().series(1).color;
        int count = 0;
        for (int y = image.height() / 4; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                count += image.pixelColor(x, y) == color ? 1 : 0;
            }
        }
        return count;
    };
    LossChart chart;
    chart.resize(600, 300);
    ui::plots::Curve few;
    ui::plots::Curve many;
    for (int step = 0; step <= 1000; ++step) {
        const ui::plots::CurvePoint point{.step = double(step), .value = 2};
        many.push_back(point);
        if (step % 100 == 0) {
            few.push_back(point);
        }
    }
    chart.setValidation(many); // too close for discs
    const int line = reds(chart);
    chart.setValidation(few);
    QVERIFY(reds(chart) > line + 200);
}

void TestChartExport::picturesAreLightInTheDark()
{
    ui::theme().setScheme(ui::Theme::Scheme::Dark);
    LossChart chart;
    chart.resize(500, 300);
    chart.show();
    chart.setTraining(chart_test::fallingLoss(200));
    QCOMPARE(chart.image().pixelColor(5, 5), QColor(Qt::white));
    QTRY_VERIFY(chart.grab().toImage().pixelColor(5, 5).lightness() < 60);
    ui::theme().setScheme(ui::Theme::Scheme::Light);
}

STUDIO_TEST_MAIN(TestChartExport)
#include "tst_chart_export.moc"
