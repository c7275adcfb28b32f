// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the reference renders is compared in tests/engine/text; here are errors, limits and single
// features.
#include "engine/bridge/chat_template.h"
#include "engine/device/failure.h"

#include <QDate>
#include <QTest>

using namespace engine;
using bridge::ChatTemplate;

namespace {

constexpr const char* kMessages =
    "[{\"role\":\"user\",\"content\":\"한 <b> & 'q'\",\"n\":1.0,\"big\":1e20}]";

std::string render(const std::string& source)
{
    return ChatTemplate::compile(source, "test")
        .render(kMessages, "null", R"({"bos_token":"<s>"})", bridge::ChatEnd::GenerationPrompt)
        .text;
}

QString messageOf(const std::string& source)
{
    try {
        render(source);
    } catch (const Failure& failure) {
        if (failure.error().code == code::kBadTemplate && failure.error().where == "test") {
            return QString::fromStdString(failure.error().message);
        }
    }
    return {};
}

} // namespace

class TestChatTemplate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rendersAsPythonDoes_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("text");
        QTest::newRow("no escaping") << "{{ messages[0].content }}"
                                     << "한 <b> & 'q'";
        QTest::newRow("json keeps letters") << "{{ messages[0].content | tojson }}"
                                            << "\"한 <b> & 'q'\"";
        QTest::newRow("json in ascii") << "{{ '한😀' | tojson(ensure_ascii=true) }}"
                                       << "\"\\ud55c\\ud83d\\ude00\"";
        QTest::newRow("json keeps order") << "{{ {'b': 1, 'a': [none, true]} | tojson }}"
                                          << R"({"b": 1, "a": [null, true]})";
        QTest::newRow("json sorted") << "{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }}"
                                     << R"({"a": 2, "b": 1})";
        QTest::newRow("json separators") << "{{ {'b': 1} | tojson(separators=(',', ':')) }}"
                                         << R"({"b":1})";
        QTest::newRow("json indented") << "{{ {'a': [1], 'e': {}} | tojson(indent=1) }}"
                                       << "{\n \"a\": [\n  1\n ],\n \"e\": {}\n}";
        QTest::newRow("list") << "{{ [1, 'a', \"it's\", none, 'x\\n'] }}"
                              << "[1, 'a', \"it's\", None, 'x\\n']";
        QTest::newRow("floats")
            << "{{ messages[0].n }} {{ messages[0].big }} {{ 0.00001 }} {{ 1.5 }}"
            << "1.0 1e+20 1e-05 1.5";
        QTest::newRow("booleans") << "{{ true }}{{ false }}{{ none }}{{ missing }}"
                                  << "TrueFalseNone";
        QTest::newRow("trimmed blocks") << "a\n  {% if true %}\nb\n  {% endif %}\nc\n"
                                        << "a\nb\nc";
        QTest::newRow("loop controls")
            << "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}"
               "{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}"
            << "02";
        QTest::newRow("generation") << "a\n{%- generation -%}\n b {% endgeneration %}\nc"
                                    << "ab c";
        QTest::newRow("generation as text") << "{{ 'generation' }}{# {% generation %} #}"
                                            << "generation";
        QTest::newRow("string methods") << "{{ ' Ab '.strip().upper() }}{{ 'a-b'.split('-')[1] }}"
                                        << "ABb";
        QTest::newRow("generation prompt") << "{% if add_generation_prompt %}go{% endif %}"
                                           << "go";
        QTest::newRow("tools") << "{{ tools is none }}{{ bos_token }}"
                               << "True<s>";
    }
    void rendersAsPythonDoes()
    {
        QFETCH(QString, source);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(render(source.toStdString())), text);
    }

    void knowsTheDate()
    {
        const auto before = QDate::currentDate().toString("yyyy-MM-dd");
        const auto text = QString::fromStdString(render("{{ strftime_now('%Y-%m-%d') }}"));
        QVERIFY(text == before || text == QDate::currentDate().toString("yyyy-MM-dd"));
    }

    void namesTheLineOfAnError_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("says");
        QTest::newRow("syntax") << "a\nb\n{% if %}"
                                << "line 3";
        QTest::newRow("raised") << "\n{{ raise_exception('only users') }}"
                                << "line 2: only users";
        QTest::newRow("include") << "{% include '/etc/passwd' %}"
                                 << "line 1";
        QTest::newRow("unknown method") << "{{ 'a'.open() }}"
                                        << "open";
        QTest::newRow("endless work")
            << "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"
            << "fuel";
        QTest::newRow("endless output") << "{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}"
                                        << "16777216 bytes";
        QTest::newRow("endless recursion") << "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"
                                           << "recursion";
    }
    void namesTheLineOfAnError()
    {
        QFETCH(QString, source);
        QFETCH(QString, says);
        const auto message = messageOf(source.toStdString());
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void refusesWhatIsNotJson()
    {
        const auto compiled = ChatTemplate::compile("x", "test");
        QVERIFY_EXCEPTION_THROWN(compiled.render("[", "null", "{}", bridge::ChatEnd::Closed),
                                 Failure);
    }
};

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
