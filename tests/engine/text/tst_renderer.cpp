// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/text/renderer.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;
using text::MaskRule;
using text::Renderer;
using text::RenderSettings;
using text::Tokenizer;
using text::TokenSample;
using text::Truncation;

namespace {

constexpr const char* kTurns =
    "{{ bos_token }}{% for m in messages %}"
    "{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

ModelFolder folderWith(const std::string& chatTemplate)
{
    return ModelFolder(Value::object(
        {{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"chat_template", chatTemplate}}));
}

RenderSettings settingsWith(const std::string& name, MaskRule mask = MaskRule::Answers)
{
    RenderSettings settings;
    settings.templateName = name;
    settings.mask = mask;
    return settings;
}

RenderSettings shortened(Truncation truncate, int64_t maxLength)
{
    auto settings = settingsWith("none");
    settings.truncate = truncate;
    settings.maxLength = maxLength;
    return settings;
}

Conversation twoAnswers()
{
    return {
        {turn("user", "ab"), turn("assistant", "cd"), turn("user", "ef"), turn("assistant", "gh")},
        {}};
}

std::string textOf(const Tokenizer& tokenizer, const std::vector<int64_t>& ids)
{
    return tokenizer.bridge().decode(ids, false);
}

// The trained text, spans separated by "|".
std::string trainedText(const Tokenizer& tokenizer, const TokenSample& sample)
{
    std::string text;
    std::vector<int64_t> span;
    const auto close = [&] {
        if (!span.empty() && !text.empty()) {
            text += '|';
        }
        text += textOf(tokenizer, span);
        span.clear();
    };
    for (size_t index = 0; index < sample.ids.size(); ++index) {
        if (sample.mask[index]) {
            span.push_back(sample.ids[index]);
        } else {
            close();
        }
    }
    close();
    return text;
}

bool has(const TokenSample& sample, const char* finding)
{
    return std::find(sample.findings.begin(), sample.findings.end(), finding)
           != sample.findings.end();
}

} // namespace

class TestRenderer : public QObject
{
    Q_OBJECT

    ModelFolder m_folder = folderWith(kTurns);
    Tokenizer m_tokenizer = m_folder.tokenizer();

    TokenSample only(const RenderSettings& settings, const Conversation& conversation)
    {
        const auto rendered = Renderer(m_tokenizer, settings).conversation(conversation);
        return rendered.samples.size() == 1 ? rendered.samples[0] : TokenSample{};
    }

private Q_SLOTS:
    void writesBuiltInTemplates_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("input");
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << "plain"
                               << ""
                               << "<s>### Instruction:\nAdd\n\n### Response:\n4</s>";
        QTest::newRow("plain, input")
            << "plain"
            << "2, 2"
            << "<s>### Instruction:\nAdd\n\n### Input:\n2, 2\n\n### Response:\n4</s>";
        QTest::newRow("alpaca")
            << "alpaca"
            << ""
            << "<s>Below is an instruction that describes a task. Write a response that "
               "appropriately completes the request.\n\n### Instruction:\nAdd\n\n### "
               "Response:\n4</s>";
        QTest::newRow("alpaca, input")
            << "alpaca"
            << "2, 2"
            << "<s>Below is an instruction that describes a task, paired with an input that "
               "provides further "
               "context. Write a response that appropriately completes the request.\n\n### "
               "Instruction:\nAdd\n\n### Input:\n2, 2\n\n### Response:\n4</s>";
        QTest::newRow("chatml, input joined")
            << "chatml"
            << "2, 2"
            << "<s><|im_start|>user\nAdd\n2, 2<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n";
        QTest::newRow("none") << "none"
                              << ""
                              << "<s>Add4</s>";
        QTest::newRow("model")
            << "auto"
            << "2"
            << "<s><|im_start|>user\nAdd\n2<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n";
    }
    void writesBuiltInTemplates()
    {
        QFETCH(QString, name);
        QFETCH(QString, input);
        QFETCH(QString, text);
        const Conversation conversation{
            {turn("user", "Add", input.toStdString()), turn("assistant", "4")}, {}};
        const auto sample = only(settingsWith(name.toStdString()), conversation);
        QCOMPARE(QString::fromStdString(textOf(m_tokenizer, sample.ids)), text);
        QCOMPARE(trainedText(m_tokenizer, sample),
                 std::string(name == "chatml" || name == "auto" ? "4<|im_end|>" : "4</s>"));
        QVERIFY(sample.findings.empty());
    }

    void writesSystemAndLaterTurns()
    {
        const Conversation conversation{{turn("system", "Be brief."),
                                         turn("user", "a"),
                                         turn("assistant", "b"),
                                         turn("user", "c"),
                                         turn("assistant", "d")},
                                        {}};
        const auto sample = only(settingsWith("alpaca"), conversation);
        QCOMPARE(sample.text,
                 std::string("Be brief.\n\n### Instruction:\na\n\n### Response:\nb</s>\n\n"
                             "### Instruction:\nc\n\n### Response:\nd</s>"));
        QCOMPARE(trainedText(m_tokenizer, sample), std::string("b</s>|d</s>"));
    }

    void resolvesTheTemplateName_data()
    {
        QTest::addColumn<QString>("chatTemplate");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("resolved");
        QTest::newRow("auto, template") << kTurns << "auto"
                                        << "model";
        QTest::newRow("auto, none") << ""
                                    << "auto"
                                    << "plain";
        QTest::newRow("built in") << kTurns << "alpaca"
                                  << "alpaca";
    }
    void resolvesTheTemplateName()
    {
        QFETCH(QString, chatTemplate);
        QFETCH(QString, name);
        QFETCH(QString, resolved);
        const auto folder = folderWith(chatTemplate.toStdString());
        const auto tokenizer = folder.tokenizer();
        const Renderer renderer(tokenizer, settingsWith(name.toStdString()));
        QCOMPARE(QString::fromStdString(renderer.resolvedTemplate()), resolved);
        QCOMPARE(Renderer(tokenizer, settingsWith(renderer.resolvedTemplate())).resolvedTemplate(),
                 renderer.resolvedTemplate());
    }

    void readsATemplateFile()
    {
        m_folder.write("mine.jinja",
                       "{% for m in messages %}[{{ m.content }}|{{ m.input }}]{% endfor %}");
        const Conversation conversation{{turn("user", "a", "b"), turn("assistant", "c")}, {}};
        const auto sample = only(settingsWith(m_folder.path() + "/mine.jinja"), conversation);
        QCOMPARE(sample.text, std::string("[a|b][c|]"));
    }

    void refusesATemplateThatIsNotThere()
    {
        QVERIFY_EXCEPTION_THROWN(Renderer(m_tokenizer, settingsWith("no/such.jinja")), Failure);
        const ModelFolder bare;
        const auto tokenizer = bare.tokenizer();
        QVERIFY_EXCEPTION_THROWN(Renderer(tokenizer, settingsWith("model")), Failure);
    }

    void masksAsTold_data()
    {
        QTest::addColumn<int>("mask");
        QTest::addColumn<QString>("trained");
        QTest::newRow("answers") << int(MaskRule::Answers) << "cd<|im_end|>|gh<|im_end|>";
        QTest::newRow("last") << int(MaskRule::Last) << "gh<|im_end|>";
        QTest::newRow("all")
            << int(MaskRule::All)
            << "<s><|im_start|>user\nab<|im_end|>\n<|im_start|>assistant\ncd<|im_end|>\n"
               "<|im_start|>user\nef<|im_end|>\n<|im_start|>assistant\ngh<|im_end|>\n";
    }
    void masksAsTold()
    {
        QFETCH(int, mask);
        QFETCH(QString, trained);
        const auto sample = only(settingsWith("auto", static_cast<MaskRule>(mask)), twoAnswers());
        QCOMPARE(QString::fromStdString(trainedText(m_tokenizer, sample)), trained);
    }

    void leavesOutTurnsThatAreNotTrained()
    {
        auto conversation = twoAnswers();
        conversation.turns[1].trained = false;
        QCOMPARE(trainedText(m_tokenizer, only(settingsWith("auto"), conversation)),
                 std::string("gh<|im_end|>"));
    }

    void dropsASampleWithoutAnAnswer()
    {
        const auto rendered = Renderer(m_tokenizer, {}).conversation({{turn("user", "a")}, {}});
        QVERIFY(rendered.samples.empty());
        QCOMPARE(rendered.dropReason, std::string("no_answer"));
    }

    void findsAnswersThatTheTemplateRewrites()
    {
        const auto folder = folderWith(
            "{% for m in messages %}{{ '[' ~ m.role ~ ']' }}"
            "{{ m.content.split('|')[-1] if not loop.last else m.content }}"
            "{{ '</s>' }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
        const auto tokenizer = folder.tokenizer();
        const Conversation conversation{{turn("user", "u"),
                                         turn("assistant", "thought|one"),
                                         turn("user", "one"),
                                         turn("assistant", "thought|two")},
                                        {}};
        const auto sample = Renderer(tokenizer, {}).conversation(conversation).samples.at(0);
        QCOMPARE(trainedText(tokenizer, sample), std::string("one</s>|thought|two</s>"));
    }

    // As Mistral's templates do, so that no beginning of the conversation is a beginning of the
    // text.
    void findsAnswersBeforeASystemTurnThatWasMoved()
    {
        const auto folder =
            folderWith("{% for m in messages %}{% if m.role == 'user' %}<|im_start|>"
                       "{{ messages[0].content + '\n' if loop.last or loop.index == messages | "
                       "length - 1 else '' }}"
                       "{{ m.content }}{% elif m.role == 'assistant' %}{{ m.content }}</s>{% endif "
                       "%}{% endfor %}");
        const auto tokenizer = folder.tokenizer();
        auto conversation = twoAnswers();
        conversation.turns.insert(conversation.turns.begin(), turn("system", "be kind"));
        const auto rendered = Renderer(tokenizer, settingsWith("model")).conversation(conversation);
        QCOMPARE(rendered.samples.size(), size_t(1));
        QCOMPARE(rendered.samples[0].text,
                 std::string("<|im_start|>abcd</s><|im_start|>be kind\nefgh</s>"));
        QCOMPARE(trainedText(tokenizer, rendered.samples[0]), std::string("cd</s>|gh</s>"));
        QVERIFY(!has(rendered.samples[0], text::finding::kAnswerNotFound));
    }

    void findsAnswersBehindALongerGenerationPrompt()
    {
        const auto folder = folderWith(
            "{% for m in messages %}{{ '[' ~ m.role ~ ']' ~ m.content ~ '</s>' }}{% endfor %}"
            "{% if add_generation_prompt %}[assistant]<think>{% endif %}");
        const auto tokenizer = folder.tokenizer();
        const Conversation conversation{{turn("user", "Say yes"),
                                         turn("assistant", "yes"),
                                         turn("user", "x"),
                                         turn("assistant", "yes")},
                                        {}};
        const auto sample = Renderer(tokenizer, {}).conversation(conversation).samples.at(0);
        QCOMPARE(trainedText(tokenizer, sample), std::string("yes</s>|yes</s>"));
    }

    void cutsADocumentEndBehindTheEndOfTurn()
    {
        const auto folder =
            folderWith(std::string(kTurns) + "{% if not add_generation_prompt %}</s>{% endif %}");
        const auto tokenizer = folder.tokenizer();
        const auto sample = Renderer(tokenizer, {}).conversation(twoAnswers()).samples.at(0);
        QCOMPARE(trainedText(tokenizer, sample), std::string("cd<|im_end|>|gh<|im_end|>"));
    }

    void endsAnOpenAnswerWithEos()
    {
        const auto folder =
            folderWith("{% for m in messages %}{{ m.role ~ ': ' ~ m.content ~ '\n' }}{% endfor %}"
                       "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}");
        const auto tokenizer = folder.tokenizer();
        const auto sample = Renderer(tokenizer, {}).conversation(twoAnswers()).samples.at(0);
        QCOMPARE(trainedText(tokenizer, sample), std::string("cd\n|gh\n</s>"));
        QVERIFY(has(sample, text::finding::kNoEndOfTurn));
    }

    void namesWhatIsOddAboutASample_data()
    {
        QTest::addColumn<QString>("chatTemplate");
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("finding");
        QTest::newRow("special text") << kTurns << "a</s>b" << text::finding::kSpecialTokenText;
        QTest::newRow("two BOS") << QString("<s>") + kTurns << "a" << text::finding::kDoubleBos;
        QTest::newRow("no BOS") << QString(kTurns).remove("{{ bos_token }}") << "a"
                                << text::finding::kNoBos;
        QTest::newRow("hidden answer")
            << QString(kTurns).replace("in messages", "in messages if m.role == 'user'") << "a"
            << text::finding::kAnswerNotFound;
    }
    void namesWhatIsOddAboutASample()
    {
        QFETCH(QString, chatTemplate);
        QFETCH(QString, content);
        QFETCH(QString, finding);
        const auto folder = folderWith(chatTemplate.toStdString());
        const auto tokenizer = folder.tokenizer();
        const auto sample =
            Renderer(tokenizer, settingsWith("auto", MaskRule::All))
                .conversation(
                    {{turn("user", content.toStdString()), turn("assistant", "answer")}, {}})
                .samples.at(0);
        QVERIFY2(has(sample, finding.toUtf8().constData()), qPrintable(finding));
        QVERIFY(sample.ids.size() < 2 || sample.ids[1] != tokenizer.bosId());
    }

    // <s>abcdefgh</s> with "none": cd</s> and gh</s> are trained, 11 tokens.
    void shortensLongSamples_data()
    {
        QTest::addColumn<int>("truncate");
        QTest::addColumn<int>("maxLength");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("lost");
        QTest::addColumn<int>("lostAnswers");
        QTest::newRow("fits") << int(Truncation::Left) << 11 << "<s>abcd</s>efgh</s>" << 0 << 0;
        QTest::newRow("left") << int(Truncation::Left) << 6 << "<s>efgh</s>" << 5 << 3;
        QTest::newRow("left, prompt only")
            << int(Truncation::Left) << 9 << "<s>cd</s>efgh</s>" << 2 << 0;
        QTest::newRow("right") << int(Truncation::Right) << 5 << "<s>abcd" << 6 << 4;
    }
    void shortensLongSamples()
    {
        QFETCH(int, truncate);
        QFETCH(int, maxLength);
        QFETCH(QString, text);
        QFETCH(int, lost);
        QFETCH(int, lostAnswers);
        const auto sample =
            only(shortened(static_cast<Truncation>(truncate), maxLength), twoAnswers());
        QCOMPARE(QString::fromStdString(textOf(m_tokenizer, sample.ids)), text);
        QCOMPARE(sample.mask.size(), sample.ids.size());
        QCOMPARE(sample.truncatedTokens, int64_t(lost));
        QCOMPARE(sample.truncatedAnswerTokens, int64_t(lostAnswers));
    }

    void dropsLongSamplesWhenTold()
    {
        const auto rendered =
            Renderer(m_tokenizer, shortened(Truncation::Drop, 10)).conversation(twoAnswers());
        QVERIFY(rendered.samples.empty());
        QCOMPARE(rendered.dropReason, std::string("too_long"));
    }

    void dropsASampleWhoseAnswersWereCut()
    {
        const auto rendered =
            Renderer(m_tokenizer, shortened(Truncation::Right, 3)).conversation(twoAnswers());
        QVERIFY(rendered.samples.empty());
        QCOMPARE(rendered.dropReason, std::string("answer_cut"));
    }

    void splitsLongSamples()
    {
        const auto rendered =
            Renderer(m_tokenizer, shortened(Truncation::Split, 6)).conversation(twoAnswers());
        QCOMPARE(rendered.samples.size(), size_t(2));
        QCOMPARE(textOf(m_tokenizer, rendered.samples[0].ids), std::string("<s>abcd</s>"));
        QCOMPARE(rendered.samples[1].text, std::string("efgh</s>"));
    }

    // What each policy does with a row, beside what the settings ask for.
    void tellsWhatEveryPolicyWouldDo_data()
    {
        QTest::addColumn<int>("maxLength");
        QTest::newRow("fits") << 11;
        QTest::newRow("one over") << 10;
        QTest::newRow("an answer cut") << 7;
        QTest::newRow("all answers cut on one side") << 3;
        QTest::newRow("one token") << 1;
    }
    void tellsWhatEveryPolicyWouldDo()
    {
        QFETCH(int, maxLength);
        for (const auto asked : {Truncation::Left, Truncation::Split}) {
            auto settings = shortened(asked, maxLength);
            settings.tryPolicies = true;
            const auto rendered = Renderer(m_tokenizer, settings).conversation(twoAnswers());
            QCOMPARE(rendered.tokens, int64_t(11));
            for (size_t policy = 0; policy < text::kPolicies; ++policy) {
                const auto alone =
                    Renderer(m_tokenizer, shortened(static_cast<Truncation>(policy), maxLength))
                        .conversation(twoAnswers());
                const auto& facts = rendered.policies[policy];
                int64_t trained = 0;
                int64_t cut = 0;
                for (const auto& sample : alone.samples) {
                    trained += std::count(sample.mask.begin() + 1, sample.mask.end(), 1);
                    cut += sample.truncatedAnswerTokens > 0;
                }
                QCOMPARE(facts.samples, int64_t(alone.samples.size()));
                QCOMPARE(facts.dropped, int64_t(alone.samples.empty()));
                QCOMPARE(facts.trainedTokens, trained);
                QCOMPARE(facts.truncatedAnswers, cut);
            }
        }
    }

    void namesAnAnswerWhoseEndWasCut()
    {
        QVERIFY(has(only(shortened(Truncation::Right, 4), twoAnswers()), text::finding::kEndCut));
        QVERIFY(!has(only(shortened(Truncation::Right, 8), twoAnswers()), text::finding::kEndCut));
        QVERIFY(!has(only(shortened(Truncation::Left, 9), twoAnswers()), text::finding::kEndCut));
        auto all = shortened(Truncation::Right, 4);
        all.mask = MaskRule::All;
        QVERIFY(!has(only(all, twoAnswers()), text::finding::kEndCut));
        const auto halves =
            Renderer(m_tokenizer, shortened(Truncation::Split, 10)).conversation(twoAnswers());
        QVERIFY(has(halves.samples.at(0), text::finding::kEndCut));
    }

    void rendersDocumentsByTheTokenizersRule()
    {
        const auto rendered = Renderer(m_tokenizer, settingsWith("none")).document("안녕 <b>");
        QCOMPARE(rendered.samples.size(), size_t(1));
        QCOMPARE(trainedText(m_tokenizer, rendered.samples[0]), std::string("<s>안녕 <b></s>"));
    }

    void rendersLongDocumentsInWindows()
    {
        const auto rendered =
            Renderer(m_tokenizer, shortened(Truncation::Left, 4)).document("abcdefg");
        // The ninth token, </s>, would stand alone: nothing could predict it.
        QCOMPARE(rendered.samples.size(), size_t(2));
        QCOMPARE(textOf(m_tokenizer, rendered.samples[0].ids), std::string("<s>abc"));
        QCOMPARE(rendered.samples[1].text, std::string("defg"));
        QCOMPARE(Renderer(m_tokenizer, {}).document("").dropReason, std::string("empty"));
    }

    void promptsAsItTrains_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto* name : {"auto", "plain", "alpaca", "chatml", "none"}) {
            QTest::newRow(name) << name;
        }
    }
    void promptsAsItTrains()
    {
        QFETCH(QString, name);
        const Renderer renderer(m_tokenizer, settingsWith(name.toStdString()));
        auto conversation = twoAnswers();
        const auto sample = renderer.conversation(conversation).samples.at(0);
        conversation.turns.pop_back();
        const auto prompt = renderer.prompt(conversation);
        QVERIFY(prompt.size() < sample.ids.size());
        QVERIFY(std::equal(prompt.begin(), prompt.end(), sample.ids.begin()));
        QVERIFY(sample.mask[prompt.size()] && !sample.mask[prompt.size() - 1]);
    }

    void keepsTheTemplatesRefusal()
    {
        const auto folder = folderWith("{{ raise_exception('no system turn') }}");
        const auto tokenizer = folder.tokenizer();
        try {
            Renderer(tokenizer, {}).conversation(twoAnswers());
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kBadTemplate));
            QVERIFY(failure.error().message.find("no system turn") != std::string::npos);
        }
    }

    void readsSettingsByName()
    {
        QCOMPARE(text::maskRuleOf("last"), MaskRule::Last);
        QCOMPARE(text::truncationOf("split"), Truncation::Split);
        QVERIFY_EXCEPTION_THROWN(text::maskRuleOf("some"), Failure);
    }

    void findsTheTurns()
    {
        auto settings = settingsWith("auto");
        settings.findTurns = true;
        const auto sample = only(settings, twoAnswers());
        QStringList turns;
        for (const auto& turn : sample.turns) {
            const std::vector<int64_t> ids(sample.ids.begin() + turn.begin,
                                           sample.ids.begin() + turn.end);
            turns << QString::fromStdString(turn.role + ": " + textOf(m_tokenizer, ids));
        }
        QCOMPARE(turns,
                 QStringList({"user: <s><|im_start|>user\nab<|im_end|>\n",
                              "assistant: <|im_start|>assistant\ncd<|im_end|>\n",
                              "user: <|im_start|>user\nef<|im_end|>\n",
                              "assistant: <|im_start|>assistant\ngh<|im_end|>\n"}));
        QVERIFY(only(settingsWith("auto"), twoAnswers()).turns.empty()); // unless asked for
    }

    void turnsMoveWithWhatIsCut()
    {
        auto settings = shortened(Truncation::Left, 5);
        settings.findTurns = true;
        const auto sample = only(settings, twoAnswers());
        QCOMPARE(sample.ids.size(), 5u);
        QCOMPARE(sample.turns.back().role, std::string("assistant"));
        QCOMPARE(sample.turns.back().end, int64_t(5));
        int64_t end = 0;
        for (const auto& turn : sample.turns) {
            QVERIFY(turn.begin >= end && turn.begin < turn.end);
            end = turn.end;
        }
    }
};

QTEST_GUILESS_MAIN(TestRenderer)
#include "tst_renderer.moc"
