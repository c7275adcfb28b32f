// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Asked for, the adapter's, the model's: in this order.
#include "engine/text/template_choice.h"

#include "engine/device/failure.h"
#include "engine/text/built_in_templates.h"
#include "engine/text/renderer.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;
using text::TemplateChoice;
using text::TemplateOrigin;

namespace {

constexpr const char* kModels = "{% for m in messages %}{{ m.content ~ eos_token }}{% endfor %}";
constexpr const char* kOthers =
    "{% for m in messages %}[{{ m.role }}] {{ m.content ~ eos_token }}{% endfor %}";

} // namespace

class TestTemplateChoice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theAskedOneComesFirst();
    void anAdaptersComesBeforeTheModels();
    void withoutAnyTheModelsOwnCounts();
    void knownTemplatesKeepTheirNames();
    void differentOnesOfAdaptersAreDisputed();
    void whatWasTrainedTogetherSharesIt();
    void otherProgramsKeepItInTheConfiguration();
    void aFolderIsATemplate();
    void whatIsNoFolderHasNone();

private:
    // A folder of an adapter with this template; without one where it is null.
    std::filesystem::path adapter(const QString& name, const char* source)
    {
        m_folder.write(name + "/adapter_config.json", "{}");
        if (source != nullptr) {
            m_folder.write(name + "/chat_template.jinja", source);
        }
        return std::filesystem::path(m_folder.path()) / name.toStdString();
    }
    TemplateChoice choose(const std::vector<std::filesystem::path>& adapters,
                          const char* asked = "auto") const
    {
        return text::chooseTemplate(asked, adapters, m_model.tokenizer());
    }

    ModelFolder m_model;
    ModelFolder m_folder;
};

void TestTemplateChoice::theAskedOneComesFirst()
{
    const TemplateChoice choice = choose({adapter("asked", kOthers)}, "alpaca");
    QCOMPARE(choice.name, std::string("alpaca"));
    QVERIFY(choice.origin == TemplateOrigin::Asked);
}

void TestTemplateChoice::anAdaptersComesBeforeTheModels()
{
    m_model.write("chat_template.jinja", kModels);
    const auto own = adapter("own", kOthers);
    const TemplateChoice choice = choose({adapter("bare", nullptr), own, own});
    QVERIFY(choice.origin == TemplateOrigin::Adapter);
    QCOMPARE(choice.adapter, own);
    // The name resolves to what the adapter was trained with.
    text::RenderSettings settings;
    settings.templateName = choice.name;
    const text::Tokenizer tokenizer = m_model.tokenizer();
    const Conversation question{{turn("user", "ab")}, {}};
    QCOMPARE(text::Renderer(tokenizer, settings).prompt(question),
             tokenizer.encodePlain("[user] ab</s>"));
}

void TestTemplateChoice::withoutAnyTheModelsOwnCounts()
{
    const ModelFolder bare;
    const auto fallback = text::chooseTemplate("auto", {}, bare.tokenizer());
    QCOMPARE(fallback.name, std::string("plain"));
    QVERIFY(fallback.origin == TemplateOrigin::Fallback);
    m_model.write("chat_template.jinja", kModels);
    const TemplateChoice own = choose({adapter("bare", nullptr)});
    QCOMPARE(own.name, std::string("model"));
    QVERIFY(own.origin == TemplateOrigin::Model && !own.isDisputed);
}

void TestTemplateChoice::knownTemplatesKeepTheirNames()
{
    m_model.write("chat_template.jinja", kModels);
    const text::Tokenizer tokenizer = m_model.tokenizer();
    for (const char* name : {"none", "plain", "alpaca", "chatml"}) {
        const auto folder = adapter(name, text::templateFile(tokenizer, name).c_str());
        QCOMPARE(choose({folder}).name, std::string(name));
        QVERIFY(choose({folder}).origin == TemplateOrigin::Adapter);
    }
    QCOMPARE(choose({adapter("same", kModels)}).name, std::string("model"));
}

void TestTemplateChoice::differentOnesOfAdaptersAreDisputed()
{
    m_model.write("chat_template.jinja", kModels);
    const TemplateChoice choice =
        choose({adapter("one", kOthers), adapter("other", "{{ messages[0].content }}")});
    QCOMPARE(choice.name, std::string("model"));
    QVERIFY(choice.origin == TemplateOrigin::Model && choice.isDisputed);
}

void TestTemplateChoice::whatWasTrainedTogetherSharesIt()
{
    const auto whole = adapter("both", kOthers);
    adapter("both/with/ia3", nullptr);
    for (const char* end : {"with/ia3", "with/ia3/"}) {
        QCOMPARE(choose({whole / end}).adapter, whole);
    }
    QVERIFY(!text::adapterTemplate(whole / "with"));
}

void TestTemplateChoice::otherProgramsKeepItInTheConfiguration()
{
    const auto folder = adapter("trl", nullptr);
    m_folder.write(
        "trl/tokenizer_config.json",
        contract::toJson(Value::object({{"chat_template", kOthers}, {"eos_token", "</s>"}})));
    QCOMPARE(choose({folder}).name, folder.string());
    QCOMPARE(text::templateFile(m_model.tokenizer(), folder.string()), std::string(kOthers));
    m_folder.write("trl/tokenizer_config.json", "{");
    QVERIFY_EXCEPTION_THROWN(choose({folder}), Failure);
    QCOMPARE(choose({folder}, "plain").name, std::string("plain")); // it is not read then
}

void TestTemplateChoice::aFolderIsATemplate()
{
    const auto folder = adapter("tools", kOthers);
    m_folder.write("tools/additional_chat_templates/tool_use.jinja", "{{ tools | length }} tools");
    const text::Tokenizer tokenizer = m_model.tokenizer();
    text::RenderSettings settings;
    settings.templateName = folder.string();
    const text::Renderer renderer(tokenizer, settings);
    Conversation question{{turn("user", "ab")}, {}};
    QCOMPARE(renderer.prompt(question), tokenizer.encodePlain("[user] ab</s>"));
    question.tools = json(R"([{"type": "function"}])");
    QCOMPARE(renderer.prompt(question), tokenizer.encodePlain("1 tools"));
    settings.templateName = adapter("none", nullptr).parent_path().string();
    try {
        const text::Renderer refused(tokenizer, settings);
        QFAIL("a folder without a template was taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.error().code, std::string(code::kBadTemplate));
    }
}

void TestTemplateChoice::whatIsNoFolderHasNone()
{
    m_folder.write("lora.pt", "weights");
    QVERIFY(!text::adapterTemplate(std::filesystem::path(m_folder.path()) / "lora.pt"));
    QVERIFY(!text::adapterTemplate("/nowhere"));
}

QTEST_GUILESS_MAIN(TestTemplateChoice)
#include "tst_template_choice.moc"
