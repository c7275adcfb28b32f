// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/data/formats/registry.h"

#include <QtTest>

using namespace data_test;
using engine::data::Format;
using engine::data::Record;
using engine::data::Remarks;
using engine::data::RowError;
using engine::data::Value;
namespace formats = engine::data::formats;

// Conformance of every registered format, and what each makes of its rows.
class TestAllFormats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachIsDescribedAndFound_data();
    void eachIsDescribedAndFound();
    void noneTakesAForeignRow_data();
    void noneTakesAForeignRow();
    void rowsBecomeRecords_data();
    void rowsBecomeRecords();
    void badRowsSayWhy_data();
    void badRowsSayWhy();
};

namespace {

Value parsed(const QByteArray& row)
{
    auto value = engine::contract::parseJson(row.toStdString());
    return value ? std::move(value).value() : Value();
}

void addEveryFormat()
{
    QTest::addColumn<QString>("id");
    for (const Format* format : formats::all()) {
        const QString id =
            QString::fromUtf8(format->id.data(), static_cast<int>(format->id.size()));
        QTest::newRow(qPrintable(id)) << id;
    }
}

} // namespace

void TestAllFormats::eachIsDescribedAndFound_data()
{
    addEveryFormat();
}

void TestAllFormats::eachIsDescribedAndFound()
{
    QFETCH(QString, id);
    const Format* format = formats::find(id.toStdString());
    QVERIFY(format);
    QVERIFY(!format->name.empty() && !format->summary.empty());
}

void TestAllFormats::noneTakesAForeignRow_data()
{
    addEveryFormat();
}

void TestAllFormats::noneTakesAForeignRow()
{
    QFETCH(QString, id);
    const Format* format = formats::find(id.toStdString());
    QCOMPARE(format->match(parsed(R"({"foo": "bar"})")), 0);
    Remarks remarks;
    QVERIFY_EXCEPTION_THROWN(format->convert(parsed(R"({"foo": "bar"})"), remarks), RowError);
}

void TestAllFormats::rowsBecomeRecords_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("expected");
    const auto row =
        [](const char* name, const char* text, const char* format, const char* expected) {
            QTest::newRow(name) << QByteArray(text) << format << expected;
        };
    row("Alpaca",
        R"({"instruction":"I","input":"N","output":"O"})",
        "alpaca",
        "user: I + N | assistant: O");
    row("Dolly",
        R"({"instruction":"I","context":"N","response":"O"})",
        "alpaca",
        "user: I + N | assistant: O");
    row("input alone",
        R"({"instruction":"","input":"N","output":"O"})",
        "alpaca",
        "user: N | assistant: O");
    row("question",
        R"({"question":"Q","answer":"A"})",
        "prompt_completion",
        "user: Q | assistant: A");
    row("query", R"({"query":"Q","response":"A"})", "prompt_completion", "user: Q | assistant: A");
    row("input and output",
        R"({"input":"Q","output":"A"})",
        "prompt_completion",
        "user: Q | assistant: A");
    row("null gives way",
        R"({"prompt":"Q","completion":null,"response":"A"})",
        "prompt_completion",
        "user: Q | assistant: A");
    row("message lists",
        R"({"prompt":[{"role":"user","content":"Q"},{"role":"assistant","content":"a"},{"role":"user","content":"R"}],
            "completion":[{"role":"assistant","content":"A"}]})",
        "prompt_completion",
        "[user: Q] | [assistant: a] | [user: R] | assistant: A");
    row("messages before text",
        R"({"text":"T","messages":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]})",
        "messages",
        "user: Q | assistant: A");
    row("null messages", R"({"text":"T","messages":null})", "text", "text: T");
    row("own system wins",
        R"({"system":"S","messages":[{"role":"system","content":"s"},{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]})",
        "messages",
        "system: s | user: Q | assistant: A");
    row("ms-swift loss",
        R"({"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"a","loss":false},{"role":"user","content":"R"},{"role":"assistant","content":"A"}]})",
        "messages",
        "user: Q | [assistant: a] | user: R | assistant: A");
    row("text", R"({"text":" T "})", "text", "text:  T ");
    row("pair",
        R"({"prompt":"Q","chosen":"A","rejected":"B"})",
        "preference",
        "[user: Q] | assistant: A / assistant: B");
    row("pair of an instruction",
        R"({"instruction":"I","input":"N","output":"A","chosen":"A","rejected":"B"})",
        "preference",
        "[user: I + N] | assistant: A / assistant: B");
    row("pair of whole conversations",
        R"({"chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"rejected":[{"role":"user","content":"Q"},{"role":"assistant","content":"B"}]})",
        "preference",
        "[user: Q] | assistant: A / assistant: B");
    row("pair of ShareGPT",
        R"({"conversations":[{"from":"human","value":"Q"}],"chosen":{"from":"gpt","value":"A"},"rejected":{"from":"gpt","value":"B"}})",
        "preference",
        "[user: Q] | assistant: A / assistant: B");
    row("the prompt again in both",
        R"({"prompt":"Q","chosen":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"rejected":[{"role":"user","content":"Q"},{"role":"assistant","content":"B"}]})",
        "preference",
        "[user: Q] | assistant: A / assistant: B");
    row("pair of HH-RLHF",
        R"({"chosen":"\n\nHuman: Q\n\nAssistant: a\n\nHuman: R\n\nAssistant: A\nB","rejected":"\n\nHuman: Q\n\nAssistant: a\n\nHuman: R\n\nAssistant: C"})",
        "preference",
        "[user: Q] | [assistant: a] | [user: R] | assistant: A\nB / assistant: C");
    row("pair of HH-RLHF that parts early",
        R"({"chosen":"Human: Q\n\nAssistant: A","rejected":"Human: Q\n\nAssistant: B\n\nHuman: R\n\nAssistant: C"})",
        "preference",
        "[user: Q] | assistant: A / assistant: B | user: R | assistant: C");
    row("HH-RLHF with a prompt of its own",
        R"({"prompt":"\n\nHuman: Q\n\nAssistant: a\n\nHuman: R\n\nAssistant:","chosen":" A","rejected":" B"})",
        "preference",
        "[user: Q] | [assistant: a] | [user: R] | assistant: A / assistant: B");
    row("marks in an answer",
        R"({"prompt":"Q","chosen":"Human: x\n\nAssistant: A","rejected":"Human: x\n\nAssistant: B"})",
        "preference",
        "[user: Q] | assistant: Human: x\n\nAssistant: A / assistant: Human: x\n\nAssistant: B");
    row("marks in a text",
        R"({"text":"\n\nHuman: Q\n\nAssistant: A"})",
        "text",
        "text: \n\nHuman: Q\n\nAssistant: A");
    row("marks in a prompt",
        R"({"prompt":"\n\nHuman: Q\n\nAssistant:","completion":" A"})",
        "prompt_completion",
        "user: \n\nHuman: Q\n\nAssistant: | assistant:  A");
    row("unwanted",
        R"({"prompt":"Q","completion":"A","label":false})",
        "unpaired",
        "user: Q | assistant: A = false");
    row("wanted, of a table",
        R"({"prompt":"Q","completion":"A","label":"True"})",
        "unpaired",
        "user: Q | assistant: A = true");
    row("KTO messages",
        R"({"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}],"kto_tag":true})",
        "unpaired",
        "user: Q | assistant: A = true");
    row("class", R"({"text":"T","label":3})", "classification", "text: T = 3");
    row("classes",
        R"({"text":"T","labels":["a","b"]})",
        "classification",
        "text: T = [\"a\",\"b\"]");
    row("two texts",
        R"({"sentence1":"S","sentence2":"T","label":"0"})",
        "classification",
        "text: S & T = \"0\"");
    row("score",
        R"({"sentence1":"S","sentence2":"T","label":3.5})",
        "regression",
        "text: S & T = 3.5");
    row("score of a table", R"({"text":"T","score":"5.000"})", "regression", "text: T = 5.0");
}

void TestAllFormats::rowsBecomeRecords()
{
    QFETCH(QByteArray, row);
    QFETCH(QString, format);
    QFETCH(QString, expected);
    const Value value = parsed(row);
    const Format* best = formats::bestMatch(value);
    QVERIFY(best);
    QCOMPARE(std::string(best->id), format.toStdString());
    Remarks remarks;
    QCOMPARE(QString::fromStdString(rendered(best->convert(value, remarks))), expected);
}

void TestAllFormats::badRowsSayWhy_data()
{
    QTest::addColumn<QByteArray>("row");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* text, const char* code, const char* says) {
        QTest::newRow(name) << QByteArray(text) << code << says;
    };
    row("blank answer",
        R"({"prompt":"Q","completion":" \n"})",
        "empty_answer",
        "`completion` is empty");
    row("null answer",
        R"({"prompt":"Q","completion":null})",
        "empty_answer",
        "`completion` is null");
    row("no answer", R"({"instruction":"Q"})", "no_answer", "without `output`");
    row("no prompt", R"({"completion":"A"})", "no_prompt", "without `prompt`");
    row("object as text", R"({"prompt":{},"completion":"A"})", "not_text", "`prompt` is an object");
    row("bad history",
        R"({"instruction":"Q","output":"A","history":[["a"]]})",
        "bad_history",
        "question, answer");
    row("history as text",
        R"({"instruction":"Q","output":"A","history":"x"})",
        "bad_history",
        "is text");
    row("bad tools", R"({"tools":"x","prompt":"Q","completion":"A"})", "bad_tools", "JSON list");
    row("tools as number", R"({"tools":3,"prompt":"Q","completion":"A"})", "bad_tools", "a number");
    row("role of a number",
        R"({"messages":[{"role":3,"content":"Q"}]})",
        "unknown_role",
        "turn 1: unknown role 3");
    row("message of text", R"({"messages":["Q"]})", "not_a_message", "turn 1: text");
    row("all untrained",
        R"({"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A","weight":0}]})",
        "no_trained_turn",
        "weight 0");
    row("empty answer",
        R"({"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":""}]})",
        "empty_answer",
        "is empty");
    row("empty text", R"({"text":"  "})", "empty_text", "is empty");
    row("same answers",
        R"({"prompt":"Q","chosen":"A","rejected":"A"})",
        "same_answers",
        "the same");
    row("no rejected", R"({"prompt":"Q","chosen":"A"})", "no_pair", "`rejected` is missing");
    row("pair without prompt", R"({"chosen":"A","rejected":"B"})", "no_prompt", "without a prompt");
    row("dialogue without an answer",
        R"({"chosen":"\n\nHuman: Q\n\nAssistant: A","rejected":"\n\nHuman: Q\n\nAssistant: \n"})",
        "no_answer",
        "`rejected` does not end with an answer");
    row("dialogue that is the same twice",
        R"({"chosen":"\n\nHuman: Q\n\nAssistant: A","rejected":"\n\nHuman: Q\n\nAssistant: A"})",
        "same_answers",
        "the same");
    row("ends with a question",
        R"({"prompt":"Q","chosen":[{"role":"user","content":"x"}],"rejected":"B"})",
        "no_answer",
        "`chosen` does not end");
    row("no label", R"({"text":"T","label":null})", "no_label", "no label");
    row("label of an object", R"({"text":"T","label":{}})", "bad_label", "is an object");
    row("no text", R"({"text":"","label":1})", "empty_text", "`text` is empty");
}

void TestAllFormats::badRowsSayWhy()
{
    QFETCH(QByteArray, row);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const Value value = parsed(row);
    const Format* best = formats::bestMatch(value);
    QVERIFY(best);
    RowError found;
    Remarks remarks;
    try {
        best->convert(value, remarks);
    } catch (const RowError& error) {
        found = error;
    }
    QCOMPARE(QString::fromStdString(found.code), code);
    QVERIFY2(QString::fromStdString(found.reason).contains(says), found.reason.c_str());
}

QTEST_GUILESS_MAIN(TestAllFormats)
#include "tst_all_formats.moc"
