// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/token_sample.h"

#include <QTest>

using namespace ui::pages::data;
using engine::contract::parseJson;

namespace {

const char* const kSample = R"({"index": 411, "ids": [1, 7, 9, 2],
 "pieces": ["<|im_start|>", "user", "Ġhi", "<|im_end|>"],
 "texts": ["<|im_start|>", "user", " hi", "<|im_end|>"],
 "mask": [0, 0, 1, 1], "special": [1, 0, 0, 1],
 "turns": [{"role": "user", "begin": 0, "end": 2}, {"role": "assistant", "begin": 2, "end": 4}],
 "truncated": 5, "findings": ["double_bos"]})";

TokenSample read(const std::string& json)
{
    return readTokenSample(parseJson(json).value(), 3);
}

} // namespace

class TestTokenSample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFieldIsRead();
    void missingFieldsHaveQuietDefaults();
    void spansThatLieAreNotBelieved_data();
    void spansThatLieAreNotBelieved();
    void blanksAreVisible();
};

void TestTokenSample::everyFieldIsRead()
{
    const TokenSample sample = read(kSample);
    QCOMPARE(sample.row, 412);
    QCOMPARE(sample.tokens.size(), std::size_t(4));
    QCOMPARE(sample.tokens[2].text, QString(" hi"));
    QCOMPARE(sample.tokens[2].piece, QString::fromUtf8("Ġhi"));
    QCOMPARE(sample.trainedTokens(), 2);
    QCOMPARE(sample.specialTokens(), 2);
    QVERIFY(sample.tokens[3].special && sample.tokens[3].trained);
    QCOMPARE(sample.spans.size(), std::size_t(2));
    QCOMPARE(sample.spans[1].role, QString("assistant"));
    QCOMPARE(sample.spans[1].first, 2);
    QCOMPARE(sample.truncatedTokens, 5);
    QVERIFY(findingText(sample.findings.first()) != "double_bos");
}

void TestTokenSample::missingFieldsHaveQuietDefaults()
{
    const TokenSample sample = read(R"({"ids": [5, 6], "pieces": ["a"]})");
    QCOMPARE(sample.row, 3);
    QCOMPARE(sample.tokens[0].text, QString("a"));
    QCOMPARE(sample.tokens[1].text, QString());
    QCOMPARE(sample.spans.size(), std::size_t(1));
    QCOMPARE(sample.spans[0].count, 2);
}

void TestTokenSample::spansThatLieAreNotBelieved_data()
{
    QTest::addColumn<QString>("turns");
    QTest::newRow("past the end") << R"([{"role": "user", "begin": 0, "end": 9}])";
    QTest::newRow("backwards") << R"([{"role": "user", "begin": 3, "end": 1}])";
    QTest::newRow("overlapping")
        << R"([{"role": "a", "begin": 0, "end": 3}, {"role": "b", "begin": 1, "end": 4}])";
    QTest::newRow("negative") << R"([{"role": "user", "begin": -4, "end": 2}])";
    QTest::newRow("huge") << R"([{"role": "user", "begin": 0, "end": 9007199254740993}])";
    QTest::newRow("not numbers") << R"([{"role": "user", "begin": "x", "end": []}])";
}

void TestTokenSample::spansThatLieAreNotBelieved()
{
    QFETCH(QString, turns);
    const TokenSample sample =
        read(R"({"ids": [1, 2, 3, 4], "turns": )" + turns.toStdString() + "}");
    QCOMPARE(sample.spans.size(), std::size_t(1));
    QCOMPARE(sample.spans[0].first, 0);
    QCOMPARE(sample.spans[0].count, 4);
}

void TestTokenSample::blanksAreVisible()
{
    QCOMPARE(visibleText({0, {}, " a\tb\n"}), QString::fromUtf8("·a⇥b⏎"));
    QCOMPARE(visibleText({0, {}, ""}), QString::fromUtf8("∅"));
}

QTEST_GUILESS_MAIN(TestTokenSample)
#include "tst_token_sample.moc"
