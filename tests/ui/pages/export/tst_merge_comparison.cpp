// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/export/merge_comparison.h"

#include "tests/support/studio_test.h"
#include "ui/widgets/table_view.h"

#include <QTest>

using engine::contract::Value;
using ui::pages::exporting::MergeComparison;

class TestMergeComparison : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothMergesStandSideBySide();
    void aBaseStoredPackedHasOneMerge();
    void withoutAComparisonNothingShows();
};

namespace {

Value comparison(const char* json)
{
    return engine::contract::parseJson(json).value();
}

} // namespace

void TestMergeComparison::bothMergesStandSideBySide()
{
    MergeComparison card;
    card.setComparison(comparison(R"({"quantization":"nf4","double_quant":true,"nll":2.5,"merges":[
        {"base":"original","max_abs_diff":0.25,"mean_kl":3e-3,"top1_agreement":0.97,"nll":2.48},
        {"base":"dequantized","max_abs_diff":1e-5,"mean_kl":2e-9,"top1_agreement":1,"nll":2.5}],
        "written":"dequantized"})"));
    const QAbstractItemModel* model = card.table()->model();
    QVERIFY(!card.isHidden());
    QCOMPARE(model->rowCount(), 2);
    QVERIFY(!model->index(0, 0).data().toString().contains("written"));
    QVERIFY(model->index(1, 0).data().toString().contains("written"));
    QCOMPARE(model->index(0, 1).data().toString(), QString("0.25"));
    QVERIFY(model->index(0, 3).data().toString().startsWith("97"));
    QCOMPARE(model->index(1, 4).data().toString(), QString("2.500"));
    QVERIFY(!card.table()->isColumnHidden(4));
}

void TestMergeComparison::aBaseStoredPackedHasOneMerge()
{
    MergeComparison card;
    card.setComparison(comparison(R"({"quantization":"nf4","nll":null,"merges":[
        {"base":"dequantized","max_abs_diff":0,"mean_kl":0,"top1_agreement":1,"nll":null}],
        "written":"dequantized"})"));
    QCOMPARE(card.table()->model()->rowCount(), 1);
    QVERIFY(card.table()->isColumnHidden(4)); // nothing was measured there
}

void TestMergeComparison::withoutAComparisonNothingShows()
{
    MergeComparison card;
    card.setComparison(Value());
    QVERIFY(card.isHidden());
}

STUDIO_TEST_MAIN(TestMergeComparison)
#include "tst_merge_comparison.moc"
