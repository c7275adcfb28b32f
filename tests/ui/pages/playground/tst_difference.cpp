// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/playground/difference.h"

#include <QTest>

using namespace ui::pages::playground;

namespace {

// Words "w1 w2 …" of these ids, all equally sure.
Answer answerOf(const QList<int>& ids, bool isDone = true)
{
    Answer answer;
    for (const int id : ids) {
        answer.text += (answer.text.isEmpty() ? QString() : QStringLiteral(" "))
                       + QStringLiteral("w%1").arg(id);
        answer.tokens.push_back({id, 0.5, answer.text.size(), {}});
    }
    answer.state = isDone ? Answer::State::Done : Answer::State::Writing;
    return answer;
}

std::vector<PaneSetup> panes(int adapters)
{
    std::vector<PaneSetup> made(1);
    for (int i = 0; i < adapters; ++i) {
        made.push_back({AdapterChoice(), 1});
    }
    return made;
}

} // namespace

class DifferenceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheFirstDifferingToken_data()
    {
        QTest::addColumn<QList<int>>("one");
        QTest::addColumn<QList<int>>("other");
        QTest::addColumn<bool>("isDone");
        QTest::addColumn<int>("token"); // −1 = none
        using Ids = QList<int>;
        QTest::newRow("equal") << Ids{1, 2, 3} << Ids{1, 2, 3} << true << -1;
        QTest::newRow("at the start") << Ids{1, 2} << Ids{3, 2} << true << 0;
        QTest::newRow("in the middle") << Ids{1, 2, 3} << Ids{1, 4, 3} << true << 1;
        QTest::newRow("one goes on while the other has ended")
            << Ids{1, 2} << Ids{1, 2, 3} << true << 2;
        QTest::newRow("one is behind and still writes") << Ids{1, 2} << Ids{1, 2, 3} << false << -1;
        QTest::newRow("nothing written yet") << Ids{} << Ids{1} << false << -1;
    }
    void findsTheFirstDifferingToken()
    {
        QFETCH(QList<int>, one);
        QFETCH(QList<int>, other);
        QFETCH(bool, isDone);
        const auto found = firstDifference(answerOf(one, isDone), answerOf(other));
        QTEST(found ? int(*found) : -1, "token");
    }

    void comparesTheLastTwoPanes()
    {
        const Exchange exchange{{}, {answerOf({9}), answerOf({1, 2}), answerOf({1, 3})}};
        const auto difference = markedDifference(exchange, 3);
        QVERIFY(difference);
        QCOMPARE(difference->first, std::size_t(1));
        QCOMPARE(difference->token, std::size_t(1));
        QVERIFY(!markedDifference({{}, {answerOf({1})}}, 1));
        QCOMPARE(markedDifference(exchange, 2)->second, std::size_t(1)); // the third was closed
    }

    void marksTheWholeWordWithoutItsBlank()
    {
        Answer answer;
        answer.text = QStringLiteral("so re-index it");
        for (const qsizetype end : {2, 5, 11, 14}) {
            answer.tokens.push_back({0, 1, end, {}}); // "so", " re", "-index", " it"
        }
        const TextRange range = wordAt(answer, 1);
        QCOMPARE(answer.text.mid(range.begin, range.end - range.begin), QStringLiteral("re-index"));
        const TextRange none = wordAt(answer, 4);
        QCOMPARE(none.begin, none.end);
    }

    void saysWhereTheyPart()
    {
        const Exchange exchange{{}, {answerOf({9}), answerOf({1, 2}), answerOf({1, 3})}};
        const QString sentence = differenceSentence(panes(2), exchange);
        QVERIFY2(sentence.startsWith(QStringLiteral("A and B differ from token 2: “w2” 50")),
                 qPrintable(sentence));
        QVERIFY2(sentence.contains(QStringLiteral("against “w3” 50")), qPrintable(sentence));
        QVERIFY2(sentence.endsWith(QStringLiteral("Base differs from token 1.")),
                 qPrintable(sentence));
    }

    void saysThatTheyAreTheSame()
    {
        const Exchange done{{}, {answerOf({1, 2}), answerOf({1, 2})}};
        QCOMPARE(differenceSentence(panes(1), done),
                 QStringLiteral("Base and A are the same, token by token."));
        const Exchange writing{{}, {answerOf({1, 2}), answerOf({1}, false)}};
        QCOMPARE(differenceSentence(panes(1), writing),
                 QStringLiteral("Base and A are the same so far."));
    }

    void saysThatOneEnds()
    {
        const Exchange exchange{{}, {answerOf({1}), answerOf({1, 2})}};
        const QString sentence = differenceSentence(panes(1), exchange);
        QVERIFY2(sentence.contains(QStringLiteral("the end against “w2”")), qPrintable(sentence));
    }

    void saysNothingOfOnePane()
    {
        QVERIFY(differenceSentence(panes(0), {{}, {answerOf({1})}}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(DifferenceTest)
#include "tst_difference.moc"
