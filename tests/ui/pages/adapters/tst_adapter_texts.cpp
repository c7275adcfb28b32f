// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/adapters/adapter_texts.h"

#include <QTest>

using namespace ui::pages::adapters;

class TestAdapterTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void precisionIsNamedBeforeTheMethod();
    void anotherPrecisionIsSaid();
};

void TestAdapterTexts::precisionIsNamedBeforeTheMethod()
{
    app::library::Adapter adapter;
    adapter.method = "lora";
    QCOMPARE(madeByText(adapter, nullptr), QString("lora"));
    adapter.baseQuantization = "nf4";
    QCOMPARE(madeByText(adapter, nullptr), QString("nf4 · lora"));
}

void TestAdapterTexts::anotherPrecisionIsSaid()
{
    app::library::Adapter adapter;
    QVERIFY(precisionText(adapter, "bfloat16").isEmpty());
    adapter.baseQuantization = "nf4";
    QCOMPARE(precisionText(adapter, "nf4"), QString("the base in nf4"));
    QVERIFY(precisionText(adapter, "bfloat16").contains("differ"));
    QVERIFY(precisionText(adapter, "bfloat16").contains("bfloat16"));
}

QTEST_APPLESS_MAIN(TestAdapterTexts)
#include "tst_adapter_texts.moc"
