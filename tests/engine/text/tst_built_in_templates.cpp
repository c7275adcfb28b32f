// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A template as it goes with an adapter gives the ids and masks that were trained.
#include "engine/text/built_in_templates.h"

#include "engine/device/failure.h"
#include "engine/text/renderer.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;

class TestBuiltInTemplates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFileGivesTheTrainedIds_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("hasEos");
        for (const char* name : {"none", "plain", "alpaca", "chatml"}) {
            QTest::addRow("%s", name) << name << true;
            QTest::addRow("%s without eos", name) << name << false;
        }
    }
    void theFileGivesTheTrainedIds()
    {
        QFETCH(const QString, name);
        QFETCH(const bool, hasEos);
        Value config = Value::object({{"bos_token", "<s>"}});
        if (hasEos) {
            config.set("eos_token", "</s>");
        }
        ModelFolder folder(config);
        const text::Tokenizer tokenizer = folder.tokenizer();
        folder.write("run.jinja", text::templateFile(tokenizer, name.toStdString()));
        const auto rendererOf = [&](const std::string& templateName) {
            text::RenderSettings settings;
            settings.templateName = templateName;
            return text::Renderer(tokenizer, settings);
        };
        const text::Renderer trained = rendererOf(name.toStdString());
        const text::Renderer other = rendererOf(folder.path() + "/run.jinja");
        const Conversation conversations[] = {
            {{turn("user", "ab"), turn("assistant", "cd")}, {}},
            {{turn("system", "Be brief."), turn("user", "ab", "input"), turn("assistant", "cd")},
             {}},
            {{turn("user", "ab"),
              turn("assistant", "cd"),
              turn("user", "ef"),
              turn("assistant", "gh")},
             {}},
        };
        for (Conversation conversation : conversations) {
            const auto expected = trained.conversation(conversation).samples.at(0);
            const auto actual = other.conversation(conversation).samples.at(0);
            QCOMPARE(actual.ids, expected.ids);
            QCOMPARE(actual.mask, expected.mask);
            conversation.turns.pop_back();
            QCOMPARE(other.prompt(conversation), trained.prompt(conversation));
        }
    }

    void theModelsOwnNeedsNoFile()
    {
        const ModelFolder folder;
        QVERIFY(text::templateFile(folder.tokenizer(), "model").empty());
    }

    void aGivenFileGoesAsItIs()
    {
        ModelFolder folder;
        folder.write("own.jinja", "{{ messages[0].content }}\n");
        const text::Tokenizer tokenizer = folder.tokenizer();
        QCOMPARE(text::templateFile(tokenizer, folder.path() + "/own.jinja"),
                 std::string("{{ messages[0].content }}\n"));
        QVERIFY_EXCEPTION_THROWN(text::templateFile(tokenizer, "/nowhere.jinja"), Failure);
    }
};

QTEST_GUILESS_MAIN(TestBuiltInTemplates)
#include "tst_built_in_templates.moc"
