// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/studio_test.h"
#include "ui/pages/train/memory_bar.h"

#include <QLabel>
#include <QTest>

using engine::contract::Value;
using ui::pages::train::MemoryBar;

class TestMemoryBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsNotKnownIsNotShown();
    void aTotalIsThePeak();
    void whatAPartDependsOnStandsBesideIt();

private:
    static Value planOf(const Value& bytes) { return Value::object({{"bytes", bytes}}); }
    static QStringList words(const MemoryBar& bar)
    {
        QStringList texts;
        for (const QLabel* label : bar.findChildren<QLabel*>()) {
            texts.append(label->text());
        }
        return texts;
    }
};

void TestMemoryBar::whatIsNotKnownIsNotShown()
{
    MemoryBar bar;
    const int64_t gib = int64_t(1) << 30;
    bar.setPlan(planOf(Value::object({{"weights", gib}, {"adapters", gib}})), 8 * gib);
    QVERIFY(words(bar).contains(QStringLiteral("Memory at start")));
    QVERIFY(words(bar).contains(QStringLiteral("Base weights")));
    QVERIFY(!words(bar).contains(QStringLiteral("Activations")));
    QCOMPARE(bar.share(), 0.25);
}

void TestMemoryBar::aTotalIsThePeak()
{
    MemoryBar bar;
    const int64_t gib = int64_t(1) << 30;
    bar.setPlan(planOf(Value::object({{"weights", gib}, {"activations", gib}, {"total", 4 * gib}})),
                8 * gib);
    QVERIFY(words(bar).contains(QStringLiteral("Memory, peak")));
    QVERIFY(words(bar).contains(QStringLiteral("Activations")));
    QCOMPARE(bar.share(), 0.5);
}

void TestMemoryBar::whatAPartDependsOnStandsBesideIt()
{
    MemoryBar bar;
    const int64_t gib = int64_t(1) << 30;
    Value plan = planOf(Value::object({{"activations", gib}, {"workspace", gib}, {"total", gib}}));
    bar.setPlan(plan, 8 * gib);
    QVERIFY(!words(bar).contains(QStringLiteral("16,384 tokens")));
    plan.set("step", Value::object({{"tokens", 16384}}));
    bar.setPlan(plan, 8 * gib);
    QVERIFY(words(bar).contains(QStringLiteral("16,384 tokens")));
    plan.set("bytes",
             Value::object({{"workspace", gib}, {"program", gib / 4}, {"total", 4 * gib}}));
    bar.setPlan(plan, 2 * gib);
    QVERIFY(words(bar).contains(QStringLiteral("with the program")));
    QCOMPARE(bar.share(), 2.0); // the program is part of the workspace
}

STUDIO_TEST_MAIN(TestMemoryBar)
#include "tst_memory_bar.moc"
