// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rank to write: offered where ranks are nested, and within what there is.
#include "ui/pages/export/rank_field.h"

#include "tests/support/studio_test.h"
#include "ui/widgets/number_field.h"

#include <QSignalSpy>

using ui::pages::exporting::RankField;

class TestRankField : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void otherAdaptersHaveNone();
    void allRanksAreNoChoice();
    void aLowerRankIsTaken();
    void whatIsNoRankIsRefused();
    void anotherAdapterStartsOver();

private:
    static void type(RankField& field, const QString& text)
    {
        auto* number = field.findChild<ui::widgets::NumberField*>();
        number->clear();
        QTest::keyClicks(number, text);
    }
};

void TestRankField::otherAdaptersHaveNone()
{
    RankField field;
    QVERIFY(field.isHidden());
    QCOMPARE(field.rank(), qint64{0});
    QVERIFY(field.isUsable());
    field.setMost(8);
    QVERIFY(!field.isHidden());
    field.setMost(0);
    QVERIFY(field.isHidden());
    QCOMPARE(field.rank(), qint64{0});
}

void TestRankField::allRanksAreNoChoice()
{
    RankField field;
    field.setMost(8);
    QCOMPARE(field.rank(), qint64{0});
    type(field, "8");
    QCOMPARE(field.rank(), qint64{0});
}

void TestRankField::aLowerRankIsTaken()
{
    RankField field;
    field.setMost(8);
    QSignalSpy edited(&field, &RankField::edited);
    type(field, "3");
    QCOMPARE(field.rank(), qint64{3});
    QVERIFY(!edited.isEmpty());
}

void TestRankField::whatIsNoRankIsRefused()
{
    RankField field;
    field.setMost(8);
    for (const char* text : {"0", "9", "x"}) {
        type(field, text);
        QVERIFY2(!field.isUsable(), text);
        QCOMPARE(field.rank(), qint64{0});
    }
}

void TestRankField::anotherAdapterStartsOver()
{
    RankField field;
    field.setMost(8);
    type(field, "3");
    field.setMost(8);
    QCOMPARE(field.rank(), qint64{3});
    field.setMost(4);
    QCOMPARE(field.rank(), qint64{0});
}

STUDIO_TEST_MAIN(TestRankField)
#include "tst_rank_field.moc"
