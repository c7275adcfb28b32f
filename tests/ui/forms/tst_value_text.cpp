// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/forms/value_text.h"

#include <QTest>

using namespace ui::forms;
using engine::contract::Field;
using engine::contract::parseJson;
using engine::contract::toJson;
using engine::contract::Value;

class TestValueText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesSurviveBeingEdited_data();
    void valuesSurviveBeingEdited();
    void peoplesTextIsUnderstood_data();
    void peoplesTextIsUnderstood();
    void mistakesAreNamedInWords_data();
    void mistakesAreNamedInWords();
};

namespace {

ReadText read(const QByteArray& kind, const QString& text, const Field& field = {})
{
    if (kind == "list") {
        return ValueText::toList(text, field);
    }
    if (kind == "object") {
        return ValueText::toObject(text, field);
    }
    return kind == "layers" ? ValueText::toLayers(text) : ValueText::toTargets(text);
}

QString written(const QByteArray& kind, const Value& value)
{
    if (kind == "list") {
        return ValueText::fromList(value);
    }
    if (kind == "object") {
        return ValueText::fromObject(value);
    }
    return kind == "layers" ? ValueText::fromLayers(value) : ValueText::fromTargets(value);
}

} // namespace

void TestValueText::valuesSurviveBeingEdited_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char* name, const char* kind, const char* json) {
        QTest::newRow(name) << QByteArray(kind) << QByteArray(json);
    };
    row("prompts", "list", R"js(["Who are you?","한국어 질문","<b>bold</b>"])js");
    row("prompts that look like JSON",
        "list",
        R"js(["{\"a\": 1}","[x]","\"quoted\"","two\nlines"," padded "])js");
    row("objects", "list", R"js([{"path":"/a b","scale":0.5}])js");
    row("nothing", "list", "[]");
    row("ranks", "object", R"js({"[0-3]\\.mlp\\.(gate_proj|up_proj)":8,"down":32})js");
    row("roles", "object", R"js({"my column = odd":"prompt"})js");
    row("value with a divider", "object", R"js({"a":"b = c"})js");
    row("all layers", "layers", R"js("all")js");
    row("some layers", "layers", "[0,1,2,3,8]");
    row("all linear", "targets", R"js("all-linear")js");
    row("the family's own", "targets", R"js("auto")js");
    row("names", "targets", R"js(["q","0.self_attn.k_proj"])js");
    row("expression", "targets", R"js(".*\\.(q|k)_proj")js");
    row("no targets", "targets", "[]");
}

void TestValueText::valuesSurviveBeingEdited()
{
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, json);
    const Value value = parseJson(json.toStdString()).value();
    const ReadText again = read(kind, written(kind, value));
    QCOMPARE(again.problem, QString());
    QCOMPARE(QByteArray::fromStdString(toJson(again.value)), json);
}

void TestValueText::peoplesTextIsUnderstood_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("json");
    const auto row = [](const char* name, const char* kind, const char* text, const char* json) {
        QTest::newRow(name) << QByteArray(kind) << QString::fromUtf8(text) << QByteArray(json);
    };
    row("empty lines", "list", "\none\n\n two \n", R"(["one","two"])");
    row("spaces between names", "targets", "q  v", R"(["q","v"])");
    row("commas between names", "targets", "q,v , o", R"(["q","v","o"])");
    row("layers with spaces", "layers", "0 - 2, 5", "[0,1,2,5]");
    row("empty layers are all", "layers", "  ", R"("all")");
    row("tight pairs", "object", "q=4\nv = 8", R"({"q":4,"v":8})");
}

void TestValueText::peoplesTextIsUnderstood()
{
    QFETCH(QByteArray, kind);
    QFETCH(QString, text);
    QFETCH(QByteArray, json);
    const ReadText value = read(kind, text);
    QCOMPARE(value.problem, QString());
    QCOMPARE(QByteArray::fromStdString(toJson(value.value)), json);
}

void TestValueText::mistakesAreNamedInWords_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    const auto row = [](const char* name, const char* kind, const char* text, const char* part) {
        QTest::newRow(name) << QByteArray(kind) << QString::fromUtf8(text)
                            << QString::fromUtf8(part);
    };
    row("torn JSON", "list", "fine\n{\"a\":", "Line 2");
    row("no choice", "list", "banana", "peft");
    row("no divider", "object", "q 4", "Line 1");
    row("twice", "object", "q = 4\nq = 8", "twice");
    row("not a layer", "layers", "first", "0-3");
    row("backwards", "layers", "5-2", "0-3");
    row("not an expression", "targets", "(q", "regular expression");
}

void TestValueText::mistakesAreNamedInWords()
{
    QFETCH(QByteArray, kind);
    QFETCH(QString, text);
    QFETCH(QString, part);
    Field field;
    if (kind == "list") {
        field.choices = {"fine", "peft"};
    }
    const ReadText value = read(kind, text, field);
    QVERIFY2(value.problem.contains(part), qPrintable(value.problem));
}

QTEST_GUILESS_MAIN(TestValueText)
#include "tst_value_text.moc"
