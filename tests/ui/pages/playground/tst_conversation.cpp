// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/playground/conversation.h"

#include <QTest>

using namespace ui::pages::playground;
using engine::contract::Value;

namespace {

Conversation example()
{
    Conversation conversation;
    conversation.model = QStringLiteral("/models/모델");
    conversation.system = QStringLiteral("Be brief.");
    conversation.sampling.temperature = 0.25;
    conversation.sampling.seed = 7;
    conversation.sameSeed = false;
    const AdapterChoice adapter{QStringLiteral("/a"),
                                QStringLiteral("id"),
                                QStringLiteral("kestrel"),
                                QStringLiteral("9f3c41d7aabb"),
                                8798208,
                                35200000};
    conversation.panes = {PaneSetup(), {adapter, 0.85}};
    Answer base;
    base.text = QStringLiteral("Yes <b>bold</b>");
    base.state = Answer::State::Done;
    base.tokenCount = 3;
    base.tokensPerSecond = 61;
    base.stop = QStringLiteral("eos");
    Answer adapted = base;
    adapted.adapter = adapter;
    adapted.scale = 0.85;
    adapted.stop = QStringLiteral("cancelled");
    adapted.templateName = QStringLiteral("/runs/kestrel/output/adapter");
    adapted.templateFrom = QStringLiteral("adapter");
    conversation.exchanges = {{QStringLiteral("Why?\nTell me."), {base, adapted}}};
    return conversation;
}

} // namespace

class ConversationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadAsItWasKept()
    {
        const Conversation again = conversationOf(toValue(example()));
        QCOMPARE(toJson(toValue(again)), toJson(toValue(example())));
        QCOMPARE(again.exchanges[0].answers[0].state, Answer::State::Done);
        QCOMPARE(again.exchanges[0].answers[1].state, Answer::State::Stopped);
        QCOMPARE(again.exchanges[0].answers[1].scale, 0.85);
        QCOMPARE(again.sampling.seed, int64_t(7));
    }

    void saysOnWhichFormAnAdapterWasTrained()
    {
        const auto said = [](const char* json) {
            return precisionText(engine::contract::parseJson(json).value());
        };
        QCOMPARE(said(R"({"trained_on":{"kind":"nf4","double_quant":false},
                          "held_in":{"kind":"int8"}})"),
                 QStringLiteral("Trained on the base in NF4 without double quantization, which is "
                                "in int8 here."));
        QCOMPARE(
            said(R"({"trained_on":{"kind":"none"},"held_in":{"kind":"nf4","double_quant":true}})"),
            QStringLiteral("Trained on the base in full precision, which is in NF4 here."));
        QCOMPARE(
            said(R"({"trained_on":{"kind":"int8","embeddings":true},"held_in":{"kind":"int8"}})"),
            QStringLiteral("Trained on the base in int8, embeddings too, which is in int8 here."));
        QVERIFY(said(R"({"trained_on":{"kind":"int8","corrected":true},"held_in":{"kind":"none"}})")
                    .endsWith(QStringLiteral("(LoftQ) does not belong here.")));
        QVERIFY(precisionText(Value()).isEmpty());
    }

    void readsWhatIsDamagedAsFarAsItGoes_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << QByteArray("null");
        QTest::newRow("other types") << QByteArray(R"({"panes": 3, "exchanges": "x"})");
        QTest::newRow("bad sampling") << QByteArray(R"({"sampling": {"top_p": 7}})");
        QTest::newRow("many panes") << QByteArray(R"({"panes": [{},{},{},{},{}]})");
        QTest::newRow("exchange without answers")
            << QByteArray(R"({"exchanges": [{"question": "q"}]})");
    }
    void readsWhatIsDamagedAsFarAsItGoes()
    {
        QFETCH(QByteArray, json);
        const auto value = engine::contract::parseJson(json.toStdString());
        const Conversation conversation = conversationOf(value.value());
        QVERIFY(!conversation.panes.empty());
        QVERIFY(int(conversation.panes.size()) <= kMostPanes);
        QVERIFY(conversation.sampling.topP <= 1);
        for (const Exchange& exchange : conversation.exchanges) {
            QVERIFY(exchange.answers.size() >= conversation.panes.size());
        }
    }

    void isCalledByItsFirstQuestion()
    {
        QCOMPARE(example().title(), QStringLiteral("Why?"));
        QVERIFY(!Conversation().title().isEmpty());
        Conversation wordy = example();
        wordy.exchanges[0].question = QString(5000, u'x');
        QVERIFY(wordy.title().size() < 100);
    }

    void namesEachAnswersAdapterAndScale()
    {
        QCOMPARE(writtenBy(example().exchanges[0].answers[0]), QStringLiteral("base"));
        QCOMPARE(writtenBy(example().exchanges[0].answers[1]), QStringLiteral("9f3c41d7 × 0.85"));
    }

    void namesTheTemplateOfAnAnswer()
    {
        const Conversation again = conversationOf(toValue(example()));
        QCOMPARE(templateWords(again.exchanges[0].answers[0]), QString());
        QCOMPARE(templateWords(again.exchanges[0].answers[1]),
                 QStringLiteral("the adapter's template"));
        Answer answer;
        answer.templateName = QStringLiteral("alpaca");
        answer.templateFrom = QStringLiteral("asked");
        QCOMPARE(templateWords(answer), QStringLiteral("template alpaca"));
    }

    void lettersPanes_data()
    {
        QTest::addColumn<QList<bool>>("adapters");
        QTest::addColumn<QStringList>("letters");
        using Adapters = QList<bool>;
        QTest::newRow("base first") << Adapters{false, true, true} << QStringList{"Base", "A", "B"};
        QTest::newRow("adapters alone") << Adapters{true, true} << QStringList{"A", "B"};
        QTest::newRow("base last") << Adapters{true, false} << QStringList{"A", "Base"};
        QTest::newRow("the base twice") << Adapters{false, false} << QStringList{"Base", "A"};
    }
    void lettersPanes()
    {
        QFETCH(QList<bool>, adapters);
        QFETCH(QStringList, letters);
        std::vector<PaneSetup> panes;
        for (const bool has : adapters) {
            panes.push_back({has ? std::optional(AdapterChoice()) : std::nullopt, 1});
        }
        for (std::size_t i = 0; i < panes.size(); ++i) {
            QCOMPARE(paneLetter(panes, i), letters[qsizetype(i)]);
        }
    }

    void isCopiedAsText()
    {
        const QString text = toText(example());
        QVERIFY(text.startsWith(QStringLiteral("System: Be brief.")));
        QVERIFY(text.contains(QStringLiteral("You: Why?\nTell me.")));
        QVERIFY(text.contains(QStringLiteral("[base] Yes <b>bold</b>")));
        QVERIFY(text.contains(QStringLiteral("[9f3c41d7 × 0.85] Yes")));
    }

    void findsTheTokenAtAPlace()
    {
        Answer answer;
        for (const qsizetype end : {3, 3, 5}) {
            answer.tokens.push_back({0, 1, end, {}});
        }
        QCOMPARE(answer.tokenAt(0), std::optional<std::size_t>(0));
        QCOMPARE(answer.tokenAt(2), std::optional<std::size_t>(0));
        QCOMPARE(answer.tokenAt(3), std::optional<std::size_t>(2)); // the one between has no text
        QVERIFY(!answer.tokenAt(5));
        QVERIFY(!answer.tokenAt(-1));
    }
};

QTEST_GUILESS_MAIN(ConversationTest)
#include "tst_conversation.moc"
