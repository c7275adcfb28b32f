// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Samples → one batch with its targets, and data sets → samples.
#include "engine/objectives/registry.h"
#include "tests/engine/text/fixture.h"

#include <ATen/ops/equal.h>

using namespace engine;
using objectives::PreparedData;
using objectives::TokenBatch;

namespace {

text::TokenSample sampleOf(std::vector<int64_t> ids, std::vector<uint8_t> mask)
{
    text::TokenSample sample;
    sample.ids = std::move(ids);
    sample.mask = std::move(mask);
    return sample;
}

std::vector<int64_t> listOf(const at::Tensor& tensor)
{
    const at::Tensor numbers = tensor.contiguous();
    return {numbers.data_ptr<int64_t>(), numbers.data_ptr<int64_t>() + numbers.numel()};
}

data::Record textRecord(const std::string& text, int64_t line)
{
    data::Record record;
    record.text = text;
    record.isText = true;
    record.file = "train.jsonl";
    record.line = line;
    return record;
}

data::Record chatRecord(const std::string& question, const std::string& answer, int64_t line)
{
    data::Record record;
    record.conversation.turns = {fixture::turn("user", question),
                                 fixture::turn("assistant", answer)};
    record.file = "train.jsonl";
    record.line = line;
    return record;
}

PreparedData prepare(std::vector<data::Record> records, int64_t maxLength = 2048)
{
    const fixture::ModelFolder folder;
    const text::Tokenizer tokenizer = folder.tokenizer();
    text::RenderSettings settings;
    settings.maxLength = maxLength;
    const text::Renderer renderer(tokenizer, settings);
    data::Dataset dataset;
    dataset.records = std::move(records);
    return objectives::findObjective("causal_lm")->prepare(dataset, renderer);
}

} // namespace

class CausalLmTest : public QObject
{
    Q_OBJECT

private:
    const text::TokenSample m_first = sampleOf({5, 6, 7, 8}, {1, 0, 1, 1});
    const text::TokenSample m_second = sampleOf({9, 3}, {0, 1});
    const text::TokenSample m_untrained = sampleOf({4, 4, 4}, {1, 0, 0});

    TokenBatch batch() const { return objectives::makeBatch({&m_first, &m_untrained, &m_second}); }

private Q_SLOTS:
    void laysTheSamplesEndToEnd()
    {
        QCOMPARE(listOf(batch().ids), (std::vector<int64_t>{5, 6, 7, 8, 4, 4, 4, 9, 3}));
    }

    void targetsTheNextTokenOfTheSameSampleOnly()
    {
        QCOMPARE(listOf(batch().targets),
                 (std::vector<int64_t>{-100, 7, 8, -100, -100, -100, -100, 3, -100}));
    }

    void countsPositionsFromZeroInEverySample()
    {
        QCOMPARE(listOf(batch().pass.positions), (std::vector<int64_t>{0, 1, 2, 3, 0, 1, 2, 0, 1}));
    }

    void marksWhereEverySampleBegins()
    {
        const std::vector<int64_t> offsets = {0, 4, 7, 9};
        QCOMPARE(batch().pass.sequences.queryOffsets, offsets);
        QCOMPARE(batch().pass.sequences.keyOffsets, offsets);
    }

    void countsTokensAndTargets()
    {
        QCOMPARE(batch().tokens, 9);
        QCOMPARE(batch().trainedTokens, 3);
    }

    void promptsEndBeforeTheFirstTrainedToken()
    {
        QCOMPARE(batch().pass.prompts, (std::vector<int64_t>{0, 0, 1}));
        QCOMPARE(objectives::promptTokens(sampleOf({1, 2, 3, 4}, {0, 0, 1, 0})), 2);
        QCOMPARE(objectives::promptTokens(sampleOf({1, 2}, {0, 0})), 2);
    }

    void countsNoTargetForAFirstToken()
    {
        QCOMPARE(objectives::trainedTokens(m_first), 2);
        QCOMPARE(objectives::trainedTokens(m_untrained), 0);
        QCOMPARE(objectives::trainedTokens({}), 0);
    }

    void learnsTheBetterAnswerOfAPair()
    {
        data::Record pair = chatRecord("2+2?", "four", 1);
        pair.task = data::task::kPreference;
        pair.rejected = {fixture::turn("assistant", "five")};
        const PreparedData prepared = prepare({pair, chatRecord("2+2?", "four", 2)});
        QCOMPARE(prepared.samples.size(), std::size_t{2});
        QCOMPARE(prepared.samples[0].ids, prepared.samples[1].ids);
        QCOMPARE(prepared.samples[0].mask, prepared.samples[1].mask);
    }

    void learnsWantedAnswersAlone()
    {
        data::Record wanted = chatRecord("2+2?", "four", 1);
        wanted.task = data::task::kUnpaired;
        wanted.label = true;
        data::Record unwanted = chatRecord("2+2?", "five", 2);
        unwanted.task = data::task::kUnpaired;
        unwanted.label = false;
        const PreparedData prepared = prepare({wanted, unwanted, chatRecord("2+2?", "four", 3)});
        QCOMPARE(prepared.samples.size(), std::size_t{2});
        QCOMPARE(prepared.samples[0].ids, prepared.samples[1].ids);
        QCOMPARE(prepared.dropped.size(), std::size_t{1});
        QCOMPARE(prepared.dropped[0].line, 2);
        QCOMPARE(prepared.dropped[0].message, std::string("not_wanted"));
    }

    void learnsLabelsAsAnswers_data()
    {
        QTest::addColumn<QByteArray>("label");
        QTest::addColumn<QString>("answer");
        QTest::newRow("a word") << QByteArray(R"("card_arrival")") << "card_arrival";
        QTest::newRow("a number") << QByteArray("3") << "3";
        QTest::newRow("a score") << QByteArray("2.5") << "2.5";
        QTest::newRow("several classes") << QByteArray(R"(["joy","trust"])") << "joy, trust";
    }
    void learnsLabelsAsAnswers()
    {
        QFETCH(QByteArray, label);
        QFETCH(QString, answer);
        data::Record labelled = textRecord("Where is it?", 1);
        labelled.task = data::task::kClassification;
        labelled.label = contract::parseJson(label.toStdString()).value();
        data::Record pair = labelled;
        pair.textPair = "Here.";
        const PreparedData prepared =
            prepare({labelled,
                     pair,
                     chatRecord("Where is it?", answer.toStdString(), 2),
                     chatRecord("Where is it?\nHere.", answer.toStdString(), 3)});
        QCOMPARE(prepared.samples.size(), std::size_t{4});
        for (const int i : {0, 1}) {
            QCOMPARE(prepared.samples[i].ids, prepared.samples[i + 2].ids);
            QCOMPARE(prepared.samples[i].mask, prepared.samples[i + 2].mask);
        }
        QVERIFY(!prepared.isOneDocument);
    }

    void trainsTheAnswerOfAConversation()
    {
        const PreparedData prepared = prepare({chatRecord("2+2?", "four", 1)});
        QCOMPARE(prepared.samples.size(), 1u);
        const text::TokenSample& sample = prepared.samples.front();
        std::vector<int64_t> trained;
        for (std::size_t i = 0; i < sample.ids.size(); ++i) {
            if (sample.mask[i] != 0) {
                trained.push_back(sample.ids[i]);
            }
        }
        const fixture::ModelFolder folder;
        const text::Tokenizer tokenizer = folder.tokenizer();
        QCOMPARE(trained.back(), *tokenizer.eosId());
        QCOMPARE(QString::fromStdString(tokenizer.decode(trained)).trimmed(),
                 QStringLiteral("four"));
    }

    void trainsEveryTokenOfText()
    {
        const PreparedData prepared = prepare({textRecord("once", 1), textRecord("twice", 2)});
        QCOMPARE(prepared.samples.size(), 2u);
        QCOMPARE(objectives::trainedTokens(prepared.samples[0]),
                 static_cast<int64_t>(prepared.samples[0].ids.size()) - 1);
    }

    void isOneDocument_data()
    {
        QTest::addColumn<int>("texts");
        QTest::addColumn<int>("chats");
        QTest::addColumn<bool>("expected");
        QTest::newRow("one text") << 1 << 0 << true;
        QTest::newRow("two texts") << 2 << 0 << false;
        QTest::newRow("one conversation") << 0 << 1 << false;
        QTest::newRow("nothing") << 0 << 0 << false;
    }
    void isOneDocument()
    {
        QFETCH(int, texts);
        QFETCH(int, chats);
        std::vector<data::Record> records;
        for (int i = 0; i < texts; ++i) {
            records.push_back(textRecord("some text", i + 1));
        }
        for (int i = 0; i < chats; ++i) {
            records.push_back(chatRecord("a", "b", i + 1));
        }
        QTEST(prepare(records).isOneDocument, "expected");
    }

    void cutsADocumentIntoWindows()
    {
        const PreparedData prepared = prepare({textRecord(std::string(100, 'x'), 1)}, 32);
        QVERIFY(prepared.isOneDocument);
        QCOMPARE(prepared.samples.size(), 4u); // <s>, 100 bytes, </s>
        QCOMPARE(prepared.samples.front().ids.size(), 32u);
        QCOMPARE(prepared.samples.back().ids.size(), 6u);
    }

    void saysWhichRowWasDroppedAndWhy()
    {
        data::Record silent;
        silent.conversation.turns = {fixture::turn("user", "hello?")};
        silent.file = "train.jsonl";
        silent.line = 7;
        const PreparedData prepared = prepare({chatRecord("a", "b", 1), silent});
        QCOMPARE(prepared.samples.size(), 1u);
        QCOMPARE(prepared.dropped.size(), 1u);
        QCOMPARE(prepared.dropped[0].file, "train.jsonl");
        QCOMPARE(prepared.dropped[0].line, 7);
        QCOMPARE(prepared.dropped[0].code, "nothing_to_train");
        QCOMPARE(prepared.dropped[0].message, "no_answer");
    }

    void passesFindingsOnWithTheirRow()
    {
        const PreparedData prepared = prepare({chatRecord("say <|im_end|>", "b", 3)});
        QCOMPARE(prepared.findings.size(), 1u);
        QCOMPARE(prepared.findings[0].line, 3);
        QCOMPARE(prepared.findings[0].message, text::finding::kSpecialTokenText);
    }

    void knowsNoOtherObjective() { QVERIFY(objectives::findObjective("magic") == nullptr); }
};

QTEST_GUILESS_MAIN(CausalLmTest)
#include "tst_causal_lm.moc"
