// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/row_search.h"

#include <QTest>

using namespace engine::worker;
using engine::data::Record;

class TestRowSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void caseOfLettersDoesNotMatter();
    void everyTurnIsLookedAt();
    void aPageOfTheMatchesIsKept();
};

namespace {

Record asked(int64_t index, const std::string& question, const std::string& answer)
{
    Record record;
    record.index = index;
    record.conversation.turns = {{"user", question}, {"assistant", answer}};
    return record;
}

} // namespace

void TestRowSearch::caseOfLettersDoesNotMatter()
{
    QVERIFY(holdsText("Rim BRAKES squeal", "brakes"));
    QVERIFY(holdsText("자전거 브레이크", "브레이크"));
    QVERIFY(!holdsText("Rim brakes", "brakess"));
    QVERIFY(!holdsText("", "a"));
}

void TestRowSearch::everyTurnIsLookedAt()
{
    RowSearch search("Needle", 0, 10);
    search.add(asked(0, "a needle", "no"));
    search.add(asked(1, "no", "the NEEDLE"));
    search.add(asked(2, "no", "no"));
    Record text;
    text.index = 3;
    text.isText = true;
    text.text = "needles";
    search.add(text);
    Record alpaca = asked(4, "no", "no");
    alpaca.conversation.turns[0].input = "needle";
    search.add(alpaca);
    QCOMPARE(search.matches(), 4);
    QCOMPARE(search.found()[2].index, 3);
}

void TestRowSearch::aPageOfTheMatchesIsKept()
{
    RowSearch search("x", 2, 3);
    for (int64_t index = 0; index < 20; ++index) {
        search.add(asked(index, index % 2 == 0 ? "x" : "y", "z"));
    }
    QCOMPARE(search.matches(), 10);
    QCOMPARE(search.found().size(), std::size_t(3));
    QCOMPARE(search.found()[0].index, 4);
}

QTEST_APPLESS_MAIN(TestRowSearch)
#include "tst_row_search.moc"
