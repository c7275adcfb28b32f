// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/quality.h"
#include "engine/data/split.h"

#include <QtTest>

#include <algorithm>

using namespace engine::data;
using engine::contract::Turn;
using engine::contract::Value;

namespace {

const std::string kStory = "Once upon a time there was a captain who sailed across the widest sea "
                           "with nothing but a compass, a parrot and a barrel of apples, and when "
                           "the wind fell he told the parrot stories of the towns he had seen";

Record record(int64_t index, const std::string& question, const std::string& answer)
{
    Record result;
    result.index = index;
    result.conversation.turns = {
        Turn{.role = "system", .content = kStory, .input = {}, .extra = {}},
        Turn{.role = "user", .content = question, .input = {}, .extra = {}},
        Turn{.role = "assistant", .content = answer, .input = {}, .extra = {}}};
    return result;
}

Record text(int64_t index, const std::string& content)
{
    Record result;
    result.index = index;
    result.isText = true;
    result.text = content;
    return result;
}

// "0,3 0,3,4" of the listed groups.
QString rowsOf(const RowGroups& groups)
{
    std::string all;
    for (const RowGroup& group : groups.groups) {
        all += all.empty() ? "" : " ";
        for (std::size_t i = 0; i < group.rows.size(); ++i) {
            all += (i > 0 ? "," : "") + std::to_string(group.rows[i]);
        }
    }
    return QString::fromStdString(all);
}

} // namespace

class TestQuality : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void differentRowsAreFine();
    void copiesAreFoundByTheirTurns();
    void nearCopiesAreFound();
    void answersThatRepeatAreCounted();
    void oneQuestionTwoAnswers();
    void fewAnswersAreLabels();
    void labelsOfAColumnAreCounted();
    void validationRowsThatWereTrained();
    void theSplitCutsThroughCopies();
    void listsAreCut();
};

void TestQuality::differentRowsAreFine()
{
    QualityCheck check;
    check.add(record(0, "Where are you?", "At sea, as ever"));
    check.add(record(1, "Who sails the ship today?", "The captain does"));
    check.add(text(2, "Nobody was there, and nobody ever will be"));
    const Quality quality = check.quality();
    QCOMPARE(quality.rows, 3);
    for (const RowGroups* groups : {&quality.exactDuplicates,
                                    &quality.nearDuplicates,
                                    &quality.repeatedAnswers,
                                    &quality.conflictingAnswers}) {
        QCOMPARE(groups->rows, 0);
        QVERIFY(groups->groups.empty());
    }
    QVERIFY(quality.labels.empty());
    QCOMPARE(check.splitLeakage(0.5, 1).exact, 0);
}

void TestQuality::copiesAreFoundByTheirTurns()
{
    QualityCheck check;
    check.add(record(0, "Where?", "Here"));
    check.add(record(4, "Who?", "I"));
    check.add(record(5, "Where?", "Here"));
    check.add(record(9, "Where?", "Here"));
    check.add(record(10, "Where", "?Here"));
    const Quality quality = check.quality();
    QCOMPARE(rowsOf(quality.exactDuplicates), QStringLiteral("0,5,9"));
    QCOMPARE(quality.exactDuplicates.rows, 2);
    QCOMPARE(quality.exactDuplicates.groups[0].count, 3);
    Record extra = record(11, "Who?", "I");
    extra.conversation.turns[2].extra.set("tool_calls", "other");
    check.add(extra);
    QCOMPARE(check.quality().exactDuplicates.rows, 2);
}

void TestQuality::nearCopiesAreFound()
{
    QualityCheck check;
    check.add(text(0, kStory));
    check.add(text(1, kStory + " and more"));
    std::string other = kStory;
    other.replace(other.find("parrot"), 6, "monkey");
    check.add(text(2, other));
    check.add(text(3, "Once upon a time there was a widow who never left her garden by the wall"));
    const Quality quality = check.quality();
    QCOMPARE(rowsOf(quality.nearDuplicates), QStringLiteral("0,1,2"));
    QVERIFY(quality.nearDuplicates.groups[0].similarity < 1);
    QVERIFY(quality.nearDuplicates.groups[0].similarity >= 0.8);
    QCOMPARE(quality.exactDuplicates.rows, 0);
}

void TestQuality::answersThatRepeatAreCounted()
{
    QualityCheck check;
    check.add(record(0, "How many sails?", "I do not know"));
    check.add(record(1, "Which way is the wind?", "From the north"));
    check.add(record(2, "What is in the barrel?", " I do not know\n"));
    check.add(record(3, "When does the tide turn?", "I do not know"));
    const Quality quality = check.quality();
    QCOMPARE(rowsOf(quality.repeatedAnswers), QStringLiteral("0,2,3"));
    QCOMPARE(quality.repeatedAnswers.groups[0].text, "I do not know");
    QCOMPARE(quality.conflictingAnswers.rows, 0);
}

void TestQuality::oneQuestionTwoAnswers()
{
    QualityCheck check;
    check.add(record(0, "Which way is the wind?", "From the north"));
    check.add(record(1, "Which way is the wind?", "From the south, and it is getting colder"));
    check.add(record(2, "Which way is the wind?", "From the north"));
    const Quality quality = check.quality();
    QCOMPARE(rowsOf(quality.conflictingAnswers), QStringLiteral("0,1"));
    QCOMPARE(quality.conflictingAnswers.rows, 1);
}

void TestQuality::fewAnswersAreLabels()
{
    QualityCheck check;
    for (int i = 0; i < 12; ++i) {
        check.add(
            record(i, "Sentence number " + std::to_string(i * i), i % 4 == 0 ? "good" : "bad"));
    }
    const std::vector<LabelCount> labels = check.quality().labels;
    QCOMPARE(labels.size(), std::size_t{2});
    QCOMPARE(labels[0].label, "bad");
    QCOMPARE(labels[0].rows, 9);
    QCOMPARE(labels[1].rows, 3);
    check.add(record(12, "What happened?", kStory)); // nobody's class
    QVERIFY(check.quality().labels.empty());
}

void TestQuality::labelsOfAColumnAreCounted()
{
    QualityCheck check;
    const auto labelled = [&](int64_t index, const std::string& sentence, Value label) {
        Record result = text(index, sentence);
        result.label = std::move(label);
        check.add(result);
    };
    for (int i = 0; i < 9; ++i) {
        labelled(i, "The sentence " + std::to_string(i * 77777), i % 3);
    }
    labelled(9, kStory, 1);
    labelled(10, kStory, 2);
    labelled(11, kStory, 1);
    const Quality quality = check.quality();
    QCOMPARE(quality.labels.size(), std::size_t{0}); // three classes of twelve rows
    for (int i = 12; i < 20; ++i) {
        labelled(i, "Further words " + std::to_string(i * 77777), Value::list(std::vector{0, 1}));
    }
    const std::vector<LabelCount> labels = check.quality().labels;
    QCOMPARE(labels.size(), std::size_t{3});
    QCOMPARE(labels[0].label, "1");
    QCOMPARE(labels[0].rows, 3 + 2 + 8);
    QCOMPARE(labels[2].label, "2");
    // A label is no answer that repeats, but two of one text are in conflict.
    QCOMPARE(quality.repeatedAnswers.rows, 0);
    QCOMPARE(rowsOf(quality.conflictingAnswers), QStringLiteral("9,10"));
    QCOMPARE(rowsOf(quality.exactDuplicates), QStringLiteral("9,11"));
    QCOMPARE(rowsOf(quality.nearDuplicates), QStringLiteral("9,10"));
    // The same text in both parts of a split is leakage, whatever its label.
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
        const Leakage leakage = check.splitLeakage(0.3, seed);
        QVERIFY(leakage.exact <= 1);
    }
}

void TestQuality::validationRowsThatWereTrained()
{
    QualityCheck check;
    check.add(record(0, "Where?", "Here"));
    check.add(text(1, kStory));
    check.addValidation(record(0, "Who?", "I, the cook of this ship"));
    check.addValidation(record(1, "Where?", "Here"));
    check.addValidation(text(2, kStory + " and a cat"));
    const Leakage& leakage = check.leakage();
    QCOMPARE(leakage.validationRows, 3);
    QCOMPARE(leakage.exact, 1);
    QCOMPARE(leakage.near, 1);
    QCOMPARE(leakage.rows[0].row, 0);
    QCOMPARE(leakage.rows[0].validationRow, 1);
    QCOMPARE(leakage.rows[1].row, 1);
    QVERIFY(leakage.rows[1].similarity < 1);
}

// Against a count over all pairs: 3 copies of each of 20 rows, and 20 near ones.
void TestQuality::theSplitCutsThroughCopies()
{
    QualityCheck check;
    std::vector<int> kinds;
    for (int copy = 0; copy < 4; ++copy) {
        for (int kind = 0; kind < 20; ++kind) {
            std::string content;
            for (int word = 0; word < 40; ++word) {
                content += std::to_string((kind + 3) * (word + 7) * 7919) + " ";
            }
            content += copy == 3 ? "the end" : "";
            check.add(text(static_cast<int64_t>(kinds.size()), content));
            kinds.push_back(kind);
        }
    }
    QCOMPARE(check.quality().exactDuplicates.rows, 40);
    QCOMPARE(check.quality().nearDuplicates.rows, 20);
    for (const std::uint64_t seed : {1, 2, 3}) {
        const Split split = splitIndices(80, 0.3, seed);
        int64_t exact = 0;
        int64_t all = 0;
        for (const int64_t row : split.validation) {
            bool hasCopy = false;
            bool hasNear = false;
            for (const int64_t trained : split.train) {
                if (kinds[static_cast<std::size_t>(trained)]
                    == kinds[static_cast<std::size_t>(row)]) {
                    hasNear = true;
                    hasCopy = hasCopy || (row < 60 && trained < 60);
                }
            }
            exact += hasCopy ? 1 : 0;
            all += hasNear ? 1 : 0;
        }
        const Leakage leakage = check.splitLeakage(0.3, seed);
        QCOMPARE(leakage.validationRows, 24);
        QCOMPARE(leakage.exact, exact);
        QCOMPARE(leakage.exact + leakage.near, all);
        for (const LeakedRow& row : leakage.rows) {
            QVERIFY(std::ranges::binary_search(split.train, row.row));
            QVERIFY(std::ranges::binary_search(split.validation, row.validationRow));
        }
    }
}

void TestQuality::listsAreCut()
{
    QualityCheck check;
    for (int64_t i = 0; i < 3000; ++i) {
        check.add(record(i, "Question " + std::to_string(i), std::to_string(i % 1500)));
    }
    for (int64_t i = 0; i < 500; ++i) {
        check.add(record(3000 + i, "Further " + std::to_string(i), "the same"));
    }
    const RowGroups groups = check.quality().repeatedAnswers;
    QCOMPARE(groups.groupCount, 1501);
    QCOMPARE(groups.groups.size(), kListedGroups);
    QCOMPARE(groups.rows, 1500 + 499);
    QCOMPARE(groups.groups[0].count, 500);
    QCOMPARE(groups.groups[0].rows.size(), kListedRows);
}

QTEST_GUILESS_MAIN(TestQuality)
#include "tst_quality.moc"
