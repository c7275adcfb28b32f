// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"

#include <QtTest>

using namespace data_test;
using engine::data::Dataset;
using engine::data::loadDataset;

// Real data sets load with the rows and the format they are known to have.
class TestSharedSets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loads_data();
    void loads();
    void pairsOfEqualAnswersAreLeftOut();
    void toolsAreKept();
    void functionCallsBecomeToolCalls();
    void historyAndSystemComeFirst();
    void pairsBecomeTurns();
};

void TestSharedSets::loads_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("rows");
    const auto row = [](const char* name, const char* format, int rows) {
        QTest::newRow(name) << name << format << rows;
    };
    row("llms_from_scratch/instruction-data.json", "alpaca", 1100);
    row("dolly/dolly.json", "alpaca", 12);
    row("dolly/dolly_151_prompt_answer.jsonl", "prompt_completion", 151);
    row("msswift_fixtures/alpaca.jsonl", "alpaca", 3);
    row("msswift_fixtures/chatml.jsonl", "messages", 3);
    row("msswift_fixtures/conversations.jsonl", "messages", 3);
    row("msswift_fixtures/sharegpt.jsonl", "messages", 3);
    row("openai_chat/toy_chat_fine_tuning.jsonl", "messages", 10);
    row("openai_chat/weather_chat_fine_tuning.jsonl", "messages", 10);
    row("mlx_wikisql", "text", 1000);
    row("gsm8k/train.jsonl", "prompt_completion", 7473);
    row("gsm8k/test.jsonl", "prompt_completion", 1319);
    row("llamafactory/identity.json", "alpaca", 91);
    row("llamafactory/v1_sft_demo.jsonl", "messages", 500);
    row("llamafactory/glaive_toolcall_en_demo.json", "messages", 300);
    row("llamafactory/kto_en_demo.json", "unpaired", 300);
    row("llamafactory/wiki_demo.txt", "plain_text", 1);
    row("banking77/train.csv", "classification", 10003);
    row("banking77/test.csv", "classification", 3080);
    row("korean/ChatbotData.csv", "prompt_completion", 11823);
    row("korean/korsts_dev.tsv", "regression", 1500);
    row("korean/klue-nli-v1.1_dev.json", "classification", 3000);
    row("e2e_nlg/devset.csv", "prompt_completion", 4672);
    row("e2e_nlg/testset_w_refs.csv", "prompt_completion", 4693);
    row("wikisql/dev.jsonl", "prompt_completion", 8421);
    row("tinystories_sample/tinystories.txt", "plain_text", 1);
    row("tinystories_sample/tinystories_sample.txt", "plain_text", 1);
}

namespace {

Dataset loadShared(const QString& name)
{
    return loadDataset(sharedPath(name).toStdString());
}

} // namespace

#define SKIP_WITHOUT(name)                                                                         \
    if (!QFile::exists(sharedPath(name))) {                                                        \
        QSKIP("this shared data set is not here");                                                 \
    }

void TestSharedSets::loads()
{
    QFETCH(QString, name);
    QFETCH(QString, format);
    QFETCH(int, rows);
    SKIP_WITHOUT(name);
    const Dataset dataset = loadShared(name);
    QCOMPARE(QString::fromStdString(dataset.format), format);
    for (const engine::data::Problem& problem : dataset.dropped) {
        qInfo("dropped: line %ld, %s", static_cast<long>(problem.line), problem.message.c_str());
    }
    QCOMPARE(static_cast<int>(dataset.records.size()), rows);
    QVERIFY(dataset.dropped.empty());
}

void TestSharedSets::pairsOfEqualAnswersAreLeftOut()
{
    SKIP_WITHOUT("llms_from_scratch/instruction-data-with-preference.json");
    const Dataset dataset = loadShared("llms_from_scratch/instruction-data-with-preference.json");
    QCOMPARE(dataset.format, "preference");
    QCOMPARE(dataset.good, int64_t{1094});
    QCOMPARE(dataset.droppedByCode, (std::map<std::string, int64_t>{{"same_answers", 6}}));
}

void TestSharedSets::toolsAreKept()
{
    SKIP_WITHOUT("openai_chat/weather_chat_fine_tuning.jsonl");
    const Dataset dataset = loadShared("openai_chat/weather_chat_fine_tuning.jsonl");
    const engine::contract::Conversation& conversation = dataset.records[0].conversation;
    QVERIFY(!conversation.tools.toList().empty());
    QCOMPARE(conversation.turns[1].extra["tool_calls"].toList().size(), std::size_t{3});
    QCOMPARE(conversation.turns[2].role, "tool");
    QVERIFY(!conversation.turns[2].extra["tool_call_id"].toString().empty());
}

void TestSharedSets::functionCallsBecomeToolCalls()
{
    SKIP_WITHOUT("llamafactory/glaive_toolcall_en_demo.json");
    const Dataset dataset = loadShared("llamafactory/glaive_toolcall_en_demo.json");
    const engine::contract::Conversation& conversation = dataset.records[0].conversation;
    QCOMPARE(conversation.tools.toList().at(0)["name"].toString(), "search_recipes");
    const engine::contract::Turn& call = conversation.turns.at(3);
    QCOMPARE(call.role, "assistant");
    QCOMPARE(call.content, "");
    QCOMPARE(call.extra["tool_calls"].toList().at(0)["function"]["name"].toString(),
             "search_recipes");
    QCOMPARE(conversation.turns.at(4).role, "tool");
}

void TestSharedSets::historyAndSystemComeFirst()
{
    SKIP_WITHOUT("msswift_fixtures/alpaca.jsonl");
    QCOMPARE(rendered(loadShared("msswift_fixtures/alpaca.jsonl").records[0]),
             "system: system123 | user: aaaaa | assistant: bbbbb | user: 11111 + 22222 | "
             "assistant: 33333");
}

void TestSharedSets::pairsBecomeTurns()
{
    SKIP_WITHOUT("msswift_fixtures/sharegpt.jsonl");
    QCOMPARE(rendered(loadShared("msswift_fixtures/sharegpt.jsonl").records[0]),
             "system: 00000 | user: 11111 | assistant: 22222");
}

QTEST_GUILESS_MAIN(TestSharedSets)
#include "tst_shared_sets.moc"
