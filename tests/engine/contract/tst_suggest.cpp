// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/suggest.h"

#include <QtTest>

using namespace engine::contract;

class SuggestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheNearestName_data();
    void findsTheNearestName();
    void suggestionsListWhatIsValid();
};

void SuggestTest::findsTheNearestName_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("expected");
    QTest::newRow("swapped") << "rnak"
                             << "rank";
    QTest::newRow("missing") << "alph"
                             << "alpha";
    QTest::newRow("added") << "rank_patterns"
                           << "rank_pattern";
    QTest::newRow("replaced") << "dropaut"
                              << "dropout";
    QTest::newRow("far away") << "quantization"
                              << "";
    QTest::newRow("empty") << ""
                           << "";
    QTest::newRow("endless") << QString(100000, 'a') << "";
}

void SuggestTest::findsTheNearestName()
{
    QFETCH(QString, name);
    QFETCH(QString, expected);
    const std::vector<std::string> names = {"alpha", "rank", "rank_pattern", "dropout"};
    QCOMPARE(QString::fromStdString(nearest(name.toStdString(), names)), expected);
}

void SuggestTest::suggestionsListWhatIsValid()
{
    QCOMPARE(suggestion("lroa", {"lora", "full"}, "methods"),
             std::string("Did you mean lora? Valid methods: lora, full"));
    QCOMPARE(suggestion("zzz", {"lora", "full"}, "methods"),
             std::string("Valid methods: lora, full"));
}

QTEST_GUILESS_MAIN(SuggestTest)
#include "tst_suggest.moc"
