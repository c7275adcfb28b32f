// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Chips toggle, keep their state, and wrap.
#include "tests/ui/plots/chart_test.h"
#include "ui/plots/chart_legend.h"
#include "ui/plots/loss_chart.h"

#include <QAbstractButton>
#include <QSignalSpy>

using namespace ui::plots;

class TestChartLegend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aClickTogglesTheEntry();
    void spaceTogglesTheEntry();
    void chipsThatStayKeepTheFocus();
    void narrowLegendsWrap();
};

void TestChartLegend::aClickTogglesTheEntry()
{
    LossChart chart;
    ChartLegend legend;
    legend.setEntries(chart.legend());
    QSignalSpy toggled(&legend, &ChartLegend::toggled);
    const int raw = static_cast<int>(LossChart::Part::Raw);
    QVERIFY(legend.isOn(raw));
    QTest::mouseClick(legend.chip(raw), Qt::LeftButton);
    QVERIFY(!legend.isOn(raw));
    QCOMPARE(toggled.first(), (QVariantList{raw, false}));
}

void TestChartLegend::spaceTogglesTheEntry()
{
    ChartLegend legend;
    legend.setEntries({{.id = 3, .text = QStringLiteral("Validation")}});
    QTest::keyClick(legend.chip(3), Qt::Key_Space);
    QVERIFY(!legend.isOn(3));
    QCOMPARE(legend.chip(3)->accessibleName(), QStringLiteral("Validation"));
}

void TestChartLegend::chipsThatStayKeepTheFocus()
{
    ChartLegend legend;
    legend.setEntries({{.id = 1, .text = QStringLiteral("a")}});
    const QAbstractButton* before = legend.chip(1);
    legend.setEntries({{.id = 1, .text = QStringLiteral("a"), .on = false}});
    QCOMPARE(legend.chip(1), before);
    QVERIFY(!legend.isOn(1));
    legend.setEntries(
        {{.id = 1, .text = QStringLiteral("a")}, {.id = 2, .text = QStringLiteral("b")}});
    QVERIFY(legend.chip(2) != nullptr);
}

void TestChartLegend::narrowLegendsWrap()
{
    LossChart chart;
    ChartLegend legend;
    legend.setEntries(chart.legend());
    QVERIFY(legend.heightForWidth(120) > legend.heightForWidth(600));
}

STUDIO_TEST_MAIN(TestChartLegend)
#include "tst_chart_legend.moc"
