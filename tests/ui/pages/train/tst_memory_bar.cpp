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

private:
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
    bar.setBytes(Value::object({{"weights", gib}, {"adapters", gib}}), 8 * gib);
    QVERIFY(words(bar).contains(QStringLiteral("Memory at start")));
    QVERIFY(words(bar).contains(QStringLiteral("Base weights")));
    QVERIFY(!words(bar).contains(QStringLiteral("Activations")));
    QCOMPARE(bar.share(), 0.25);
}

void TestMemoryBar::aTotalIsThePeak()
{
    MemoryBar bar;
    const int64_t gib = int64_t(1) << 30;
    bar.setBytes(Value::object({{"weights", gib}, {"activations", gib}, {"total", 4 * gib}}),
                 8 * gib);
    QVERIFY(words(bar).contains(QStringLiteral("Memory, peak")));
    QVERIFY(words(bar).contains(QStringLiteral("Activations")));
    QCOMPARE(bar.share(), 0.5);
}

STUDIO_TEST_MAIN(TestMemoryBar)
#include "tst_memory_bar.moc"
