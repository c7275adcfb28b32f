// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Chat templates of many families against what transformers made of the same conversations
// (make_chat_reference.py): closed, with a generation prompt, and with the last message left open.
#include "engine/bridge/chat_template.h"
#include "engine/device/failure.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;
using bridge::ChatEnd;
using bridge::ChatTemplate;

namespace {

constexpr const char* kFolder = LORA_SOURCE_DIR "/tests/engine/text/";

const Value& chats()
{
    static const Value value = json(bytesOf(QString(kFolder) + "chat_reference.json"));
    return value;
}

// "refused", or the text and the marked bytes, as the reference keeps them.
QString rendered(const Value& row, const char* form)
{
    const auto source =
        bytesOf(QString(kFolder) + "chat_templates/" + row["template"].toString().c_str());
    const auto& conversation = chats()["conversations"][row["conversation"].toString()];
    auto variables = row["variables"];
    if (conversation.contains("documents")) {
        variables.set("documents", conversation["documents"]);
    }
    auto messages = conversation["messages"].toList();
    ChatEnd end = form == std::string("open") ? ChatEnd::OpenMessage : ChatEnd::Closed;
    if (form == std::string("prompt")) {
        end = ChatEnd::GenerationPrompt;
        messages.pop_back();
    }
    try {
        const auto chat =
            ChatTemplate::compile({source.constData(), static_cast<size_t>(source.size())}, "test")
                .render(contract::toJson(Value(messages)),
                        contract::toJson(conversation["tools"]),
                        contract::toJson(variables),
                        end);
        Value marks = Value::List();
        for (const auto& span : chat.generations) {
            marks.append(Value::list(std::vector<size_t>{span.begin, span.end}));
        }
        return QString::fromStdString(chat.text + "\n" + contract::toJson(marks));
    } catch (const Failure& failure) {
        return failure.error().code == code::kBadTemplate ? "refused" : "failed otherwise";
    }
}

QString expected(const Value& row, const char* form)
{
    const auto& kept = row[form];
    return kept.isNull() ? "refused"
                         : QString::fromStdString(kept["text"].toString() + "\n"
                                                  + contract::toJson(kept["marks"]));
}

} // namespace

class TestChatFamilies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rendersAsTheReference_data()
    {
        QTest::addColumn<size_t>("row");
        for (size_t row = 0; row < chats()["cases"].toList().size(); ++row) {
            const auto& each = chats()["cases"].toList()[row];
            const auto name = each["template"].toString() + ": " + each["conversation"].toString();
            QTest::newRow(name.c_str()) << row;
        }
    }
    void rendersAsTheReference()
    {
        QFETCH(size_t, row);
        const auto& each = chats()["cases"].toList()[row];
        for (const auto* form : {"closed", "prompt", "open"}) {
            QCOMPARE(form + (": " + rendered(each, form)), form + (": " + expected(each, form)));
        }
    }

    void knowsManyFamilies()
    {
        QVERIFY(QDir(QString(kFolder) + "chat_templates").entryList({"*.jinja"}).size() >= 20);
    }
};

QTEST_GUILESS_MAIN(TestChatFamilies)
#include "tst_chat_families.moc"
