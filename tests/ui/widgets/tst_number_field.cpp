// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"

#include "ui/widgets/number_field.h"

#include <QSignalSpy>

using namespace ui::widgets;
using namespace Qt::StringLiterals;

class TestNumberField : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textIsReadAsANumber_data();
    void textIsReadAsANumber();
    void numbersAreWrittenShort_data();
    void numbersAreWrittenShort();
    void arrowsStepWithinTheRange();
    void equalValueKeepsWhatWasTyped();
};

void TestNumberField::textIsReadAsANumber_data()
{
    QTest::addColumn<NumberField::Kind>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("value");
    const double nothing = qQNaN();
    using Kind = NumberField::Kind;
    QTest::newRow("whole") << Kind::Integer << u"16"_s << 16.0;
    QTest::newRow("thousands") << Kind::Integer << u"1,024"_s << 1024.0;
    QTest::newRow("scientific") << Kind::Real << u"2e-4"_s << 2e-4;
    QTest::newRow("scientific whole") << Kind::Integer << u"1e3"_s << 1000.0;
    QTest::newRow("spaces") << Kind::Real << u" 0.5 "_s << 0.5;
    QTest::newRow("fraction of a whole") << Kind::Integer << u"1.5"_s << nothing;
    QTest::newRow("decimal comma") << Kind::Real << u"0,05"_s << nothing;
    QTest::newRow("empty") << Kind::Real << u""_s << nothing;
    QTest::newRow("words") << Kind::Real << u"auto"_s << nothing;
    QTest::newRow("infinite") << Kind::Real << u"inf"_s << nothing;
    QTest::newRow("too large") << Kind::Real << u"1e999"_s << nothing;
}

void TestNumberField::textIsReadAsANumber()
{
    QFETCH(NumberField::Kind, kind);
    QFETCH(QString, text);
    QFETCH(double, value);
    NumberField field(kind);
    field.setText(text);
    if (qIsNaN(value)) {
        QVERIFY(!field.value());
    } else {
        QCOMPARE(field.value(), std::optional(value));
    }
}

void TestNumberField::numbersAreWrittenShort_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("learning rate") << 2e-4 << u"2e-4"_s;
    QTest::newRow("small fraction") << 1.5e-5 << u"1.5e-5"_s;
    QTest::newRow("fraction") << 0.05 << u"0.05"_s;
    QTest::newRow("whole") << 1024.0 << u"1024"_s;
    QTest::newRow("nought") << 0.0 << u"0"_s;
    QTest::newRow("negative") << -1.25 << u"-1.25"_s;
}

void TestNumberField::numbersAreWrittenShort()
{
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(shortNumber(value), text);
    QCOMPARE(text.toDouble(), value);
}

void TestNumberField::arrowsStepWithinTheRange()
{
    NumberField rank(NumberField::Kind::Integer);
    rank.setRange(1, 64);
    rank.setStep(1, 2);
    rank.setValue(16);
    QSignalSpy committed(&rank, &NumberField::committed);
    QTest::keyClick(&rank, Qt::Key_Up);
    QCOMPARE(rank.text(), u"32"_s);
    QTest::keyClick(&rank, Qt::Key_Up);
    QTest::keyClick(&rank, Qt::Key_Up);
    QCOMPARE(rank.text(), u"64"_s);
    QCOMPARE(committed.size(), 2);
    rank.setText(u"100"_s);
    QVERIFY(!rank.isInRange());
    QCOMPARE(rank.value(), std::optional(100.0));
}

void TestNumberField::equalValueKeepsWhatWasTyped()
{
    NumberField field(NumberField::Kind::Real);
    QTest::keyClicks(&field, u"1e-2"_s);
    field.setValue(0.01);
    QCOMPARE(field.text(), u"1e-2"_s);
    field.setValue(0.02);
    QCOMPARE(field.text(), u"0.02"_s);
}

STUDIO_TEST_MAIN(TestNumberField)
#include "tst_number_field.moc"
