// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What is trained, what is asked and what is exported, token by token.
#include "engine/text/template_check.h"

#include "engine/device/failure.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

#include <algorithm>

using namespace engine;
using namespace fixture;
using text::TemplateCheck;
using text::TemplateComparison;

namespace {

constexpr const char* kSound =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

Conversation twoTurns()
{
    return {
        {turn("user", "ab"), turn("assistant", "cd"), turn("user", "ef"), turn("assistant", "gh")},
        {}};
}

} // namespace

class TestTemplateCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void soundTemplatesWriteTheSame_data();
    void soundTemplatesWriteTheSame();
    void anotherTemplateIsFoundAtItsFirstToken();
    void aPromptUnlikeWhatIsTrained();
    void aSecondBosIsOnlyTakenAwayHere();
    void anOpenAnswerIsEndedHere();
    void aConversationThatIsRefused();
    void aPromptThatIsRefused();
    void toolsThatAreNotShown();
    void everyFindingHasItsWords();

private:
    TemplateComparison compared(const char* source, const Conversation& conversation)
    {
        m_folder.write("chat_template.jinja", source);
        const text::Tokenizer tokenizer = m_folder.tokenizer();
        return TemplateCheck(tokenizer, "model", "model").compare(conversation);
    }

    ModelFolder m_folder;
};

void TestTemplateCheck::soundTemplatesWriteTheSame_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"model", "none", "plain", "alpaca"}) {
        QTest::newRow(name) << name;
    }
}

void TestTemplateCheck::soundTemplatesWriteTheSame()
{
    QFETCH(const QString, name);
    m_folder.write("chat_template.jinja", kSound);
    const text::Tokenizer tokenizer = m_folder.tokenizer();
    const TemplateCheck check(tokenizer, name.toStdString(), name.toStdString());
    for (const text::TemplateProbe& probe : text::templateProbes()) {
        const TemplateComparison found = check.compare(probe.conversation);
        QVERIFY2(!found.difference, std::string(probe.name).c_str());
        QVERIFY(found.refusal.empty());
        QVERIFY(found.tokens > 10);
    }
    QVERIFY(!check.compare(twoTurns()).difference);
}

void TestTemplateCheck::anotherTemplateIsFoundAtItsFirstToken()
{
    m_folder.write("chat_template.jinja", kSound);
    const text::Tokenizer tokenizer = m_folder.tokenizer();
    const auto found = TemplateCheck(tokenizer, "plain", "alpaca").compare(twoTurns());
    QVERIFY(found.difference.has_value());
    QCOMPARE(found.difference->turn, std::size_t(1));
    // <s>### Instruction… against <s>Below is an instruction…
    QCOMPARE(found.difference->position, std::size_t(1));
    QCOMPARE(tokenizer.piece(found.difference->training[1]), std::string("#"));
    QCOMPARE(tokenizer.piece(found.difference->playground[1]), std::string("B"));
    QCOMPARE(found.difference->exported[1], found.difference->training[1]);
}

void TestTemplateCheck::aPromptUnlikeWhatIsTrained()
{
    // The header of an answer ends with a blank that the prompt lacks, from the second answer on.
    const auto found = compared("{% for m in messages %}{{ m.role }}:"
                                "{{ ' ' if not loop.first }}{{ m.content }}</s>{% endfor %}"
                                "{% if add_generation_prompt %}assistant:{% endif %}",
                                twoTurns());
    QVERIFY(!found.difference); // a beginning of what is trained
    const auto other =
        compared("{% for m in messages %}{{ m.role }}: {{ m.content }}</s>{% endfor %}"
                 "{% if add_generation_prompt %}"
                 "{{ 'assistant:' if messages | length == 1 else 'answer:' }}"
                 "{% endif %}",
                 twoTurns());
    QVERIFY(other.difference.has_value());
    QCOMPARE(other.difference->turn, std::size_t(3));
    const auto at = other.difference->position;
    const text::Tokenizer tokenizer = m_folder.tokenizer();
    QCOMPARE(tokenizer.piece(other.difference->training[at]), std::string("s"));   // assistant
    QCOMPARE(tokenizer.piece(other.difference->playground[at]), std::string("n")); // answer
}

void TestTemplateCheck::aSecondBosIsOnlyTakenAwayHere()
{
    const auto found =
        compared("<s><s>{% for m in messages %}{{ m.content }}</s>{% endfor %}", twoTurns());
    QVERIFY(found.difference.has_value());
    QCOMPARE(found.difference->position, std::size_t(1));
    QCOMPARE(found.difference->exported[1], found.difference->exported[0]);
    QVERIFY(std::ranges::find(found.findings, text::finding::kDoubleBos) != found.findings.end());
}

void TestTemplateCheck::anOpenAnswerIsEndedHere()
{
    const auto found = compared("{% for m in messages %}{{ m.content }}"
                                "{{ '' if loop.last else eos_token }}{% endfor %}",
                                twoTurns());
    QVERIFY(!found.difference);
    QVERIFY(std::ranges::find(found.findings, text::finding::kEosAdded) != found.findings.end());
}

void TestTemplateCheck::aConversationThatIsRefused()
{
    Conversation withSystem = twoTurns();
    withSystem.turns.insert(withSystem.turns.begin(), turn("system", "x"));
    const char* source = "{% for m in messages %}{% if m.role == 'system' %}"
                         "{{ raise_exception('no system turn') }}{% endif %}{{ m.content }}</s>"
                         "{% endfor %}";
    const auto found = compared(source, withSystem);
    QVERIFY(QString::fromStdString(found.refusal).contains("no system turn"));
    QVERIFY(!found.difference);
    QVERIFY(compared(source, twoTurns()).refusal.empty());
}

void TestTemplateCheck::aPromptThatIsRefused()
{
    const auto found =
        compared("{% if messages | length == 3 %}{{ raise_exception('odd') }}{% endif %}"
                 "{% for m in messages %}{{ m.content }}</s>{% endfor %}",
                 twoTurns());
    QVERIFY(found.difference.has_value());
    QCOMPARE(found.difference->turn, std::size_t(3));
    QVERIFY(QString::fromStdString(found.difference->refusal).contains("odd"));
}

void TestTemplateCheck::toolsThatAreNotShown()
{
    const auto ignored = [](const TemplateComparison& found) {
        return std::ranges::find(found.findings, text::finding::kToolsIgnored)
               != found.findings.end();
    };
    Conversation withTools = twoTurns();
    withTools.tools = json(R"([{"type": "function", "function": {"name": "f"}}])");
    QVERIFY(ignored(compared(kSound, withTools)));
    QVERIFY(!ignored(compared(kSound, twoTurns())));
    const std::string shows = std::string("{{ tools | tojson if tools }}") + kSound;
    QVERIFY(!ignored(compared(shows.c_str(), withTools)));
}

void TestTemplateCheck::everyFindingHasItsWords()
{
    for (const char* name : {text::finding::kSpecialTokenText,
                             text::finding::kDoubleBos,
                             text::finding::kNoBos,
                             text::finding::kNoEndOfTurn,
                             text::finding::kEndCut,
                             text::finding::kAnswerNotFound,
                             text::finding::kEosAdded,
                             text::finding::kToolsIgnored}) {
        const text::Diagnosis advice = text::adviceOn(name);
        QCOMPARE(advice.code, std::string(name));
        QVERIFY(advice.message != name && !advice.hint.empty());
    }
}

QTEST_GUILESS_MAIN(TestTemplateCheck)
#include "tst_template_check.moc"
