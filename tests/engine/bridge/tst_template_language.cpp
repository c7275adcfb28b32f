// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The template language against Jinja2 as transformers sets it up (make_language_reference.py), and
// templates that were made to do harm.
#include "engine/bridge/chat_template.h"
#include "engine/contract/value.h"
#include "engine/device/failure.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

using namespace engine;
using bridge::ChatTemplate;
using contract::Value;

namespace {

const Value& reference()
{
    static const Value value = [] {
        QFile file(LORA_SOURCE_DIR "/tests/engine/bridge/language_reference.json");
        const auto text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        return contract::parseJson({text.constData(), static_cast<size_t>(text.size())}).value();
    }();
    return value;
}

bridge::RenderedChat render(const std::string& source)
{
    return ChatTemplate::compile(source, "test")
        .render(contract::toJson(reference()["messages"]),
                contract::toJson(reference()["tools"]),
                contract::toJson(reference()["variables"]),
                bridge::ChatEnd::GenerationPrompt);
}

QString messageOf(const std::string& source)
{
    try {
        render(source);
    } catch (const Failure& failure) {
        if (failure.error().code == code::kBadTemplate) {
            return QString::fromStdString(failure.error().message);
        }
    }
    return {};
}

std::string repeated(const std::string& text, size_t times)
{
    std::string all;
    for (size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

} // namespace

class TestTemplateLanguage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void meansWhatTheReferenceMeans_data()
    {
        QTest::addColumn<size_t>("row");
        const auto& cases = reference()["cases"].toList();
        for (size_t row = 0; row < cases.size(); ++row) {
            QTest::newRow(cases[row]["template"].toString().substr(0, 60).c_str()) << row;
        }
        QVERIFY(cases.size() > 100);
    }
    void meansWhatTheReferenceMeans()
    {
        QFETCH(size_t, row);
        const auto& each = reference()["cases"].toList()[row];
        const auto source = each["template"].toString();
        if (each["rendered"].isNull()) {
            QVERIFY2(!messageOf(source).isEmpty(), source.c_str());
            return;
        }
        const auto chat = render(source);
        QCOMPARE(QString::fromStdString(chat.text),
                 QString::fromStdString(each["rendered"]["text"].toString()));
        Value marks = Value::List();
        for (const auto& span : chat.generations) {
            marks.append(Value::list(std::vector<size_t>{span.begin, span.end}));
        }
        QCOMPARE(contract::toJson(marks), contract::toJson(each["rendered"]["marks"]));
    }

    // Each is refused with its reason, in seconds and without harm.
    void surviveHarm_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& source, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(source) << QString(says);
        };
        const std::string twice =
            "{% set ns = namespace(a=(1,), b=(1,)) %}{% for i in range(150) %}"
            "{% set ns.a = (ns.a, ns.a) %}{% set ns.b = (ns.b, ns.b) %}"
            "{% endfor %}";
        row("memory",
            "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}"
            "{% set ns.x = ns.x + ['y' * 10000000] %}{% endfor %}",
            "256 MiB");
        row("doubling text",
            "{% set ns = namespace(x='aa') %}{% for i in range(99) %}"
            "{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
            "33554432 bytes");
        row("nested lists",
            "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}"
            "{% endfor %}",
            "inside each other");
        row("long sum", "{{ " + repeated("1+", 20000) + "1 }}", "too many parts");
        row("long chain", "{{ x" + repeated(".a", 5000) + " }}", "too many parts");
        row("many filters", "{{ 'x'" + repeated("|upper", 5000) + " }}", "too many parts");
        row("parentheses",
            "{{ " + repeated("(", 50000) + "1" + repeated(")", 50000) + " }}",
            "inside each other");
        row("nots", "{{ " + repeated("not ", 30000) + "1 }}", "inside each other");
        row("nested ifs", repeated("{% if 1 %}", 3000), "inside each other");
        row("deep macros",
            "{% macro f(n) %}{{ " + repeated("1 + ", 400)
                + "f(n + 1) | length }}{% endmacro %}{{ f(0) }}",
            "recursion");
        row("recursive loop",
            "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "recursion");
        row("exponential calls",
            "{% macro f(n) %}{{ 1 if n < 2 else f(n-1)|length + f(n-2)|length }}{% endmacro %}"
            "{{ f(60) }}",
            "fuel");
        row("repeated search",
            "{% set x = 'a' * 30000000 %}{% for i in range(100000) %}{% set y = 'b' in x %}"
            "{% endfor %}",
            "fuel");
        row("equal giants", twice + "{{ ns.a == ns.b }}", "fuel");
        row("ordered giants", twice + "{{ ns.a < ns.b }}", "fuel");
        row("giant key", twice + "{{ {ns.a: 1} }}", "too many parts");
        row("giant list", twice + "{{ ns.a }}", "fuel");
        row("giant json", twice + "{{ ns.a | tojson }}", "33554432 bytes");
        row("width", "{{ '%999999999d' % 1 }}", "width");
        row("power", "{{ 9 ** 9 ** 9 }}", "too large");
        row("range", "{{ range(10 ** 9) }}", "Range too big");
        row("batch", "{{ [1] | batch(9999999999, 1) | list }}", "items");
        row("change a list", "{{ [1].append(2) }}", "unsafe");
        row("look inside", "{{ ''.__class__.__mro__ }}", "unsafe");
        row("load", "{% import 'os' as os %}", "none may");
    }
    void surviveHarm()
    {
        QFETCH(QByteArray, source);
        QFETCH(QString, says);
        QElapsedTimer timer;
        timer.start();
        const auto message = messageOf(source.toStdString());
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(timer.elapsed() < 20000, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestTemplateLanguage)
#include "tst_template_language.moc"
