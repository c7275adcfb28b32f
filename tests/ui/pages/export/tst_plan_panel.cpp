// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/method_catalog.h"
#include "tests/support/studio_test.h"
#include "ui/pages/export/format_card.h"
#include "ui/pages/export/plan_panel.h"
#include "ui/pages/export/rank_field.h"
#include "ui/widgets/number_field.h"

using namespace ui::pages::exporting;

class TestPlanPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void formatsThatAMethodHasNotAreOffAndSayWhy();
    void theyComeBackForAnotherAdapter();
    void unknownMethodsAreLeftToTheEngine();
    void nestedRanksAreOffered();
    void packedBasesAreTwoToMergeInto();

private:
    static app::library::Adapter adapter(const char* method)
    {
        app::library::Adapter one;
        one.id = QString::fromLatin1(method);
        one.name = one.id;
        one.method = one.id;
        one.path = QStringLiteral("/adapters/") + one.id;
        return one;
    }
    static FormatCard* card(const PlanPanel& panel, const char* format)
    {
        for (FormatCard* one : panel.findChildren<FormatCard*>()) {
            if (one->format() == QLatin1String(format)) {
                return one;
            }
        }
        return nullptr;
    }
};

void TestPlanPanel::formatsThatAMethodHasNotAreOffAndSayWhy()
{
    PlanPanel panel;
    panel.setAdapters({adapter("lora"), adapter("plugs")});
    panel.setCatalog(test_support::methodCatalog());
    card(panel, "changed")->setChecked(true);
    QVERIFY(panel.chooseAdapter(QStringLiteral("plugs")));
    QVERIFY(!card(panel, "changed")->isEnabled());
    QVERIFY(!card(panel, "changed")->isChecked());
    QCOMPARE(card(panel, "changed")->refusal(),
             QStringLiteral("Not for The plugs: it adds to the model."));
    QCOMPARE(card(panel, "changed")->accessibleDescription(), card(panel, "changed")->refusal());
    // What can be written takes its place.
    QCOMPARE(panel.plan().formats, QStringList{QStringLiteral("everything")});
}

void TestPlanPanel::theyComeBackForAnotherAdapter()
{
    PlanPanel panel;
    panel.setAdapters({adapter("plugs"), adapter("lora")});
    panel.setCatalog(test_support::methodCatalog());
    QVERIFY(!card(panel, "changed")->isEnabled());
    QVERIFY(panel.chooseAdapter(QStringLiteral("lora")));
    QVERIFY(card(panel, "changed")->isEnabled());
    QVERIFY(card(panel, "changed")->refusal().isEmpty());
}

void TestPlanPanel::unknownMethodsAreLeftToTheEngine()
{
    PlanPanel panel;
    panel.setAdapters({adapter("unheard")});
    panel.setCatalog(test_support::methodCatalog());
    QVERIFY(card(panel, "changed")->isEnabled());
}

void TestPlanPanel::nestedRanksAreOffered()
{
    engine::contract::Catalog catalog = test_support::methodCatalog();
    catalog.methods.push_back(catalog.methods.front());
    catalog.methods.back().id = "nested";
    catalog.methods.back().nestedRanks = true;
    app::library::Adapter nested = adapter("nested");
    app::library::Adapter plain = adapter("lora");
    nested.rank = plain.rank = 8;
    PlanPanel panel;
    panel.setAdapters({plain, nested});
    panel.setCatalog(catalog);
    auto* field = panel.findChild<RankField*>();
    QVERIFY(field->isHidden());
    QVERIFY(panel.chooseAdapter(QStringLiteral("nested")));
    QVERIFY(!field->isHidden());
    QCOMPARE(panel.plan().rank, qint64{0});
    auto* number = field->findChild<ui::widgets::NumberField*>();
    number->clear();
    QTest::keyClicks(number, QStringLiteral("3"));
    QCOMPARE(panel.plan().rank, qint64{3});
    QVERIFY(panel.chooseAdapter(QStringLiteral("lora")));
    QVERIFY(field->isHidden());
    QCOMPARE(panel.plan().rank, qint64{0});
}

void TestPlanPanel::packedBasesAreTwoToMergeInto()
{
    app::library::Adapter plain = adapter("lora");
    app::library::Adapter packed = plain;
    packed.id = packed.path = QStringLiteral("packed");
    packed.baseQuantization = QStringLiteral("nf4");
    app::library::Adapter corrected = packed;
    corrected.id = corrected.path = QStringLiteral("corrected");
    corrected.correctsRounding = true;
    PlanPanel panel;
    panel.setAdapters({plain, packed, corrected});
    panel.setCatalog(test_support::methodCatalog());
    QCOMPARE(panel.plan().mergeBase, QString());
    const auto choices = [&panel] {
        QStringList list;
        for (const QComboBox* box : panel.findChildren<QComboBox*>()) {
            if (box->accessibleName() == QStringLiteral("Merge into")) {
                for (int i = 0; i < box->count(); ++i) {
                    list << box->itemData(i).toString();
                }
            }
        }
        return list;
    };
    QVERIFY(panel.chooseAdapter(packed.id));
    QCOMPARE(choices(), (QStringList{QString(), QStringLiteral("dequantized")}));
    QVERIFY(panel.chooseAdapter(corrected.id));
    QCOMPARE(choices(), QStringList{QStringLiteral("dequantized")});
    QCOMPARE(panel.plan().mergeBase, QStringLiteral("dequantized"));
    QVERIFY(panel.chooseAdapter(plain.id));
    QCOMPARE(panel.plan().mergeBase, QString());
}

STUDIO_TEST_MAIN(TestPlanPanel)
#include "tst_plan_panel.moc"
