// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/template_answer.h"

#include <QTest>

using namespace ui::pages::data;
using engine::contract::Value;
using Outcome = CheckRow::Outcome;

namespace {

Value answer(const char* json)
{
    auto parsed = engine::contract::parseJson(json);
    return parsed.ok() ? std::move(parsed).value() : Value();
}

} // namespace

class TestTemplateAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameIsSaidInOneSentence();
    void aDifferenceIsShownOnEverySide();
    void theWholeHasNoPlayground();
    void refusedRowsAndTextsAreCounted();
    void onlyWhatIsNotToldElsewhereIsListed();
};

void TestTemplateAnswer::theSameIsSaidInOneSentence()
{
    const TemplateAnswer read = readTemplateAnswer(answer(
        R"({"template":{"name":"model","from":"model"},"same":true,"checked":7,"differences":0,)"
        R"("refused":0,"texts":0,"cases":[],"findings":[]})"));
    QVERIFY(read.isSame);
    QCOMPARE(read.lines.size(), std::size_t(1));
    QCOMPARE(read.lines[0].title, QString("Training, playground and export write the same tokens"));
    QCOMPARE(read.lines[0].outcome, Outcome::Good);
    QVERIFY(read.lines[0].detail.contains("7"));
    QVERIFY(read.sides.empty());
    QCOMPARE(read.templateName, QString("the model's own"));
}

void TestTemplateAnswer::aDifferenceIsShownOnEverySide()
{
    const TemplateAnswer read = readTemplateAnswer(answer(
        R"({"template":{"name":"plain","from":"fallback"},"same":false,"checked":3,)"
        R"("differences":2,"refused":0,"texts":0,"findings":[],"cases":[{"case":"row","index":4,)"
        R"("line":5,"refused":null,"difference":{"turn":1,"position":6,)"
        R"("training":{"begin":5,"ids":[1,2],"texts":["a b","\n"]},)"
        R"("playground":{"begin":5,"ids":[1,3],"texts":["a b","x"]},)"
        R"("export":{"begin":5,"ids":[1],"texts":["a b"]},"refused":null}}]})"));
    QVERIFY(!read.isSame);
    QCOMPARE(read.lines.size(), std::size_t(1));
    QCOMPARE(read.lines[0].outcome, Outcome::Warning);
    QVERIFY(read.lines[0].detail.contains("5") && read.lines[0].detail.contains("7"));
    QCOMPARE(read.sides.size(), std::size_t(3));
    QCOMPARE(read.sides[0].tokens, QString("…a·b[⏎]"));
    QCOMPARE(read.sides[1].tokens, QString("…a·b[x]"));
    QCOMPARE(read.sides[2].tokens, QString("…a·b[∅]")); // it ends before
    QVERIFY(read.templateName.startsWith("plain"));
}

void TestTemplateAnswer::theWholeHasNoPlayground()
{
    const TemplateAnswer read = readTemplateAnswer(
        answer(R"({"same":false,"checked":1,"differences":1,"refused":0,"findings":[],"cases":[)"
               R"({"case":"row","index":0,"difference":{"turn":null,"position":0,)"
               R"("training":{"begin":0,"texts":["a"]},"playground":null,)"
               R"("export":{"begin":0,"texts":["b"]},"refused":"odd"}}]})"));
    QCOMPARE(read.sides.size(), std::size_t(2));
    QVERIFY(read.lines[0].detail.endsWith(": odd"));
}

void TestTemplateAnswer::refusedRowsAndTextsAreCounted()
{
    const TemplateAnswer read = readTemplateAnswer(
        answer(R"({"same":false,"checked":2,"differences":0,"refused":2,"texts":3,"findings":[],)"
               R"("cases":[{"case":"row","index":0,"refused":"<b>no</b>","difference":null}]})"));
    QCOMPARE(read.lines.size(), std::size_t(2));
    QCOMPARE(read.lines[0].outcome, Outcome::Warning);
    QCOMPARE(read.lines[0].detail, QString("<b>no</b>"));
    QCOMPARE(read.lines[1].outcome, Outcome::Note);
}

void TestTemplateAnswer::onlyWhatIsNotToldElsewhereIsListed()
{
    const auto finding = [](const char* level, const char* code, const char* conversations) {
        return QByteArray(R"({"level":")") + level + R"(","code":")" + code
               + R"(","where":"<|end|>","message":"said","hint":"do","conversations":)"
               + conversations + "}";
    };
    const QByteArray json =
        R"({"same":true,"checked":1,"differences":0,"refused":0,"cases":[],"findings":[)"
        + finding("note", "spare_rows", "null") + "," + finding("warning", "eos_untrained", "null")
        + "," + finding("warning", "end_of_turn_not_eos", "null") + ","
        + finding("warning", "of_later_versions", "null") + "," + finding("note", "double_bos", "4")
        + "," + finding("note", "eos_added", "4") + "]}";
    const TemplateAnswer read = readTemplateAnswer(answer(json.constData()));
    QCOMPARE(read.lines.size(), std::size_t(5));
    QCOMPARE(read.lines[1].outcome, Outcome::Warning);
    QVERIFY(read.lines[2].title.contains("<|end|>"));
    QCOMPARE(read.lines[3].title, QString("said"));
    QCOMPARE(read.lines[4].outcome, Outcome::Note);
}

QTEST_GUILESS_MAIN(TestTemplateAnswer)
#include "tst_template_answer.moc"
