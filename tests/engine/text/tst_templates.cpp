// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Model templates against what transformers made of the same conversations (make_reference.py).
#include "engine/text/renderer.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;
using text::ChatFormat;
using text::Renderer;

namespace {

const Value& caseAt(size_t row)
{
    return reference()["cases"].toList()[row];
}

ModelFolder folderOf(const Value& reference)
{
    auto config = reference["special"];
    config.set("chat_template", reference["template"]);
    return ModelFolder(config);
}

Conversation conversationOf(const Value& reference)
{
    Conversation conversation;
    conversation.tools = reference["tools"];
    for (const auto& message : reference["messages"].toList()) {
        Turn read{
            message["role"].toString(), message["content"].toString(), {}, true, Value::Object{}};
        for (const auto& [key, value] : message.toObject()) {
            if (key != "role" && key != "content") {
                read.extra.set(key, value);
            }
        }
        conversation.turns.push_back(read);
    }
    return conversation;
}

void addRows(const char* needed)
{
    QTest::addColumn<size_t>("row");
    for (size_t row = 0; row < reference()["cases"].toList().size(); ++row) {
        if (caseAt(row).contains(needed)) {
            QTest::newRow(caseAt(row)["name"].toString().c_str()) << row;
        }
    }
}

// "4</s>|…": the trained pieces, so that a difference can be read.
std::string trainedPieces(const text::Tokenizer& tokenizer,
                          const std::vector<int64_t>& ids,
                          const std::vector<uint8_t>& mask)
{
    std::string trained;
    for (size_t index = 0; index < ids.size(); ++index) {
        trained += mask[index] ? tokenizer.piece(ids[index]) : "|";
    }
    return trained;
}

} // namespace

class TestTemplates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textEqualsTheReference_data() { addRows("text"); }
    void textEqualsTheReference()
    {
        QFETCH(size_t, row);
        const auto folder = folderOf(caseAt(row));
        const auto tokenizer = folder.tokenizer();
        const auto conversation = conversationOf(caseAt(row));
        const auto format = ChatFormat::resolve(tokenizer, "auto");
        const auto messages = format.messages(conversation);
        QCOMPARE(QString::fromStdString(
                     format.render(messages, messages.size(), conversation.tools).text),
                 QString::fromStdString(caseAt(row)["text"].toString()));
        QCOMPARE(QString::fromStdString(format
                                            .render(messages,
                                                    messages.size() - 1,
                                                    conversation.tools,
                                                    bridge::ChatEnd::GenerationPrompt)
                                            .text),
                 QString::fromStdString(caseAt(row)["prompt"].toString()));
    }

    void idsAndMaskEqualTheReference_data() { addRows("mask"); }
    void idsAndMaskEqualTheReference()
    {
        QFETCH(size_t, row);
        const auto folder = folderOf(caseAt(row));
        const auto tokenizer = folder.tokenizer();
        const auto rendered = Renderer(tokenizer, {}).conversation(conversationOf(caseAt(row)));
        QCOMPARE(rendered.samples.size(), size_t(1));
        std::vector<int64_t> ids;
        std::vector<uint8_t> mask;
        for (size_t index = 0; index < caseAt(row)["ids"].toList().size(); ++index) {
            ids.push_back(caseAt(row)["ids"].toList()[index].toInteger());
            mask.push_back(static_cast<uint8_t>(caseAt(row)["mask"].toList()[index].toInteger()));
        }
        QCOMPARE(rendered.samples[0].ids, ids);
        QCOMPARE(trainedPieces(tokenizer, ids, rendered.samples[0].mask),
                 trainedPieces(tokenizer, ids, mask));
    }

    void everyAnswerEndsWithATrainedStop_data() { addRows("mask"); }
    void everyAnswerEndsWithATrainedStop()
    {
        QFETCH(size_t, row);
        const auto folder = folderOf(caseAt(row));
        const auto tokenizer = folder.tokenizer();
        const auto sample =
            Renderer(tokenizer, {}).conversation(conversationOf(caseAt(row))).samples.at(0);
        for (size_t index = 0; index < sample.ids.size(); ++index) {
            const bool ends =
                sample.mask[index] && (index + 1 == sample.ids.size() || !sample.mask[index + 1]);
            QVERIFY(!ends || tokenizer.isStop(sample.ids[index]));
        }
    }
};

QTEST_GUILESS_MAIN(TestTemplates)
#include "tst_templates.moc"
