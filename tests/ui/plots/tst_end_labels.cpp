// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Labels move apart as little as they can.
#include "ui/plots/end_labels.h"

#include <QTest>

using namespace ui::plots;

class TestEndLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labelsWithRoomStay();
    void labelsThatMeetShareTheMiddle();
    void labelsStayInside();
    void noLabelsAreNoTrouble();
};

void TestEndLabels::labelsWithRoomStay()
{
    QCOMPARE(spreadApart({10, 40, 90}, 20, 0, 100), (std::vector<double>{10, 40, 90}));
}

void TestEndLabels::labelsThatMeetShareTheMiddle()
{
    QCOMPARE(spreadApart({50, 50}, 20, 0, 100), (std::vector<double>{40, 60}));
    QCOMPARE(spreadApart({50, 50, 50}, 20, 0, 100), (std::vector<double>{30, 50, 70}));
}

void TestEndLabels::labelsStayInside()
{
    QCOMPARE(spreadApart({1, 2, 3}, 20, 10, 100), (std::vector<double>{10, 30, 50}));
    QCOMPARE(spreadApart({98, 99}, 20, 10, 100), (std::vector<double>{80, 100}));
}

void TestEndLabels::noLabelsAreNoTrouble()
{
    QVERIFY(spreadApart({}, 20, 0, 100).empty());
}

QTEST_APPLESS_MAIN(TestEndLabels)
#include "tst_end_labels.moc"
