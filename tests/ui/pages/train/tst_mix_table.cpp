// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"
#include "ui/pages/train/mix_table.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"

#include <QSignalSpy>
#include <QTest>

using namespace ui::pages::train;
using engine::contract::Value;
using ui::widgets::NumberField;

class TestMixTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsFilesRowsAndWeights();
    void tellsWhatIsChanged();
    void keepsTheFieldThatIsTypedIn();
    void isGoneWithoutSources();

private:
    static Value sources(double second = 2)
    {
        return Value(Value::List{Value::object({{"path", "/data/a.jsonl"}}),
                                 Value::object({{"path", "/data/b.jsonl"}, {"weight", second}})});
    }
};

void TestMixTable::showsFilesRowsAndWeights()
{
    MixTable table;
    const Value facts = Value(Value::List{Value::object({{"good", 1200}, {"share", 0.25}}),
                                          Value::object({{"good", 7}})});
    table.setSources(sources(), facts);
    const auto names = table.findChildren<ui::widgets::ElidedLabel*>();
    QCOMPARE(names.size(), 2);
    QCOMPARE(names[1]->text(), QString("b.jsonl"));
    const auto weights = table.findChildren<NumberField*>();
    QCOMPARE(weights.size(), 2);
    QCOMPARE(weights[0]->text(), QString("1"));
    QCOMPARE(weights[1]->text(), QString("2"));
    QStringList words;
    for (const auto* label : table.findChildren<ui::widgets::PlainLabel*>()) {
        words << label->plainText();
    }
    QVERIFY(words.contains("1,200") && words.contains("7"));
}

void TestMixTable::tellsWhatIsChanged()
{
    MixTable table;
    table.setSources(sources(), {});
    QSignalSpy chosen(&table, &MixTable::weightChosen);
    QSignalSpy removed(&table, &MixTable::removed);
    auto* weight = table.findChildren<NumberField*>()[1];
    QTest::keyClick(weight, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(weight, "0.5");
    QVERIFY(!chosen.isEmpty());
    QCOMPARE(chosen.last().at(0).toInt(), 1);
    QCOMPARE(chosen.last().at(1).toDouble(), 0.5);
    const auto count = chosen.size();
    QTest::keyClick(weight, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(weight, "0"); // nothing would be seen
    QCOMPARE(chosen.size(), count);
    table.findChildren<ui::widgets::IconButton*>()[0]->click();
    QCOMPARE(removed.last().at(0).toInt(), 0);
}

void TestMixTable::keepsTheFieldThatIsTypedIn()
{
    MixTable table;
    table.setSources(sources(), {});
    const auto* weight = table.findChildren<NumberField*>()[1];
    table.setSources(sources(3), {});
    QCOMPARE(table.findChildren<NumberField*>()[1], weight);
    QCOMPARE(weight->text(), QString("3"));
}

void TestMixTable::isGoneWithoutSources()
{
    MixTable table;
    table.setSources(sources(), {});
    QVERIFY(!table.isHidden());
    table.setSources(Value::List(), {});
    QVERIFY(table.isHidden());
}

STUDIO_TEST_MAIN(TestMixTable)
#include "tst_mix_table.moc"
