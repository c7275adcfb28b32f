// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/text/chat_format.h"
#include "engine/text/chat_template_files.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;
using text::readChatTemplates;

namespace {

using Templates = std::map<std::string, std::string>;

// The templates of a folder with `files`, and `field` as the chat_template of its
// tokenizer_config.json.
Templates templatesOf(const QMap<QString, QByteArray>& files, const QByteArray& field = "null")
{
    ModelFolder folder;
    for (const auto& [name, content] : files.toStdMap()) {
        folder.write(name, content.toStdString());
    }
    return readChatTemplates(folder.path(), json("{\"chat_template\": " + field + "}"));
}

constexpr const char* kNamed =
    R"([{"name": "default", "template": "A"}, {"name": "tool_use", "template": "B"}])";

} // namespace

class TestChatTemplateFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryFormOfTheConfiguration()
    {
        QVERIFY(templatesOf({}).empty());
        QCOMPARE(templatesOf({}, R"("A")"), (Templates{{"default", "A"}}));
        QCOMPARE(templatesOf({}, kNamed), (Templates{{"default", "A"}, {"tool_use", "B"}}));
        QCOMPARE(templatesOf({}, R"({"default": "A", "rag": "C"})"),
                 (Templates{{"default", "A"}, {"rag", "C"}}));
    }

    // As in transformers: files stand instead of the configuration, not beside it.
    void filesReplaceTheConfiguration()
    {
        QCOMPARE(templatesOf({{"chat_template.jinja", "C"}}, kNamed),
                 (Templates{{"default", "C"}}));
        QCOMPARE(templatesOf({{"chat_template.jinja", "C"},
                              {"additional_chat_templates/tool_use.jinja", "D"},
                              {"additional_chat_templates/notes.txt", "E"}},
                             kNamed),
                 (Templates{{"default", "C"}, {"tool_use", "D"}}));
        QCOMPARE(templatesOf({{"additional_chat_templates/default.jinja", "D"},
                              {"chat_template.jinja", "C"}}),
                 (Templates{{"default", "D"}}));
    }

    void keepsAUsualTemplateWhereFilesNameNone()
    {
        QCOMPARE(templatesOf({{"additional_chat_templates/rag.jinja", "D"}}, kNamed),
                 (Templates{{"default", "A"}, {"rag", "D"}}));
    }

    void readsTheOlderJsonLast()
    {
        const QByteArray older = R"({"chat_template": "J"})";
        QCOMPARE(templatesOf({{"chat_template.json", older}}), (Templates{{"default", "J"}}));
        QCOMPARE(templatesOf({{"chat_template.json", older}}, R"("A")"),
                 (Templates{{"default", "A"}}));
        QCOMPARE(templatesOf({{"chat_template.json", older}, {"chat_template.jinja", "C"}}),
                 (Templates{{"default", "C"}}));
    }

    void namesTheFileThatIsNoJson()
    {
        try {
            templatesOf({{"chat_template.json", "{"}});
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kBadFile));
            QVERIFY(failure.error().where.ends_with("chat_template.json"));
        }
    }

    void aGivenFileStillWins()
    {
        ModelFolder folder;
        folder.write("chat_template.jinja", "C");
        folder.write("mine.jinja", "{{ messages[0].content }}!");
        const auto tokenizer = folder.tokenizer();
        const auto format = text::ChatFormat::resolve(tokenizer, folder.path() + "/mine.jinja");
        contract::Conversation conversation;
        conversation.turns = {turn("user", "hi")};
        QCOMPARE(format.render(format.messages(conversation), 1, {}).text, std::string("hi!"));
    }
};

QTEST_GUILESS_MAIN(TestChatTemplateFiles)
#include "tst_chat_template_files.moc"
