// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/quality_findings.h"

#include <QTest>

#include <algorithm>

using namespace ui::pages::data;
using engine::contract::Value;

class TestQualityFindings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void groupsBecomeTheRowsBehindTheirFirst();
    void countsMayBeLargerThanTheLists();
    void labelsAreNoConcern();
    void lossesComeWorstFirst();
};

namespace {

Value quality()
{
    return engine::contract::parseJson(
               R"({"exact_duplicates":[{"rows":[2,5,9]},{"rows":[3,4]}],"exact_duplicates_count":4000,
                   "near_duplicates":[{"rows":[1,8],"similarity":0.93}],
                   "empty_answers":[],
                   "repeated_answers":[{"text":"yes","rows":[1,2]},{"text":"no","rows":[3,4,5]}],
                   "leakage":[{"row":6,"validation_row":0,"similarity":1}],
                   "labels":[{"label":"a","count":3},{"label":2,"count":9}]})")
        .value();
}

const Finding& of(const std::vector<Finding>& findings, Check check)
{
    return *std::ranges::find(findings, check, &Finding::check);
}

} // namespace

void TestQualityFindings::groupsBecomeTheRowsBehindTheirFirst()
{
    const std::vector<Finding> findings = readFindings(quality());
    const Finding& copies = of(findings, Check::Copies);
    QCOMPARE(copies.rows.size(), std::size_t(3));
    QCOMPARE(copies.rows[1].index, 9);
    QCOMPARE(copies.rows[1].other, 2);
    QCOMPARE(foundWords(Check::Copies, copies.rows[1]), QString("same as row 3"));
    QVERIFY(
        foundWords(Check::NearCopies, of(findings, Check::NearCopies).rows[0]).startsWith("93"));
    // The answer that is given most often comes first.
    QCOMPARE(of(findings, Check::RepeatedAnswers).rows[0].text, QString("no"));
    QVERIFY(!isConcern(of(findings, Check::EmptyAnswers)));
    QCOMPARE(of(findings, Check::Leakage).rows[0].index, 6);
}

void TestQualityFindings::countsMayBeLargerThanTheLists()
{
    const std::vector<Finding> findings = readFindings(quality());
    QCOMPARE(of(findings, Check::Copies).count, 4000);
    QCOMPARE(of(findings, Check::NearCopies).count, 1);
}

void TestQualityFindings::labelsAreNoConcern()
{
    const std::vector<Finding> findings = readFindings(quality());
    const Finding& labels = of(findings, Check::Labels);
    QCOMPARE(labels.rows[0].text, QString("2"));
    QCOMPARE(labels.rows[0].index, -1);
    QVERIFY(!isConcern(labels));
    // A task without labels is not asked about them.
    QCOMPARE(readFindings(Value::object({{"labels", Value::List()}})).size(), std::size_t(0));
}

void TestQualityFindings::lossesComeWorstFirst()
{
    std::vector<FoundRow> rows;
    for (const auto& [index, loss] : {std::pair(0, 1.5), std::pair(1, 4.0), std::pair(2, 0.2)}) {
        rows.push_back(
            readLoss(Value::object({{"index", index}, {"mean_nll", loss}, {"tokens", 3}})));
    }
    sortByLoss(rows);
    QCOMPARE(rows.front().index, 1);
    QCOMPARE(rows.back().index, 2);
}

QTEST_APPLESS_MAIN(TestQualityFindings)
#include "tst_quality_findings.moc"
