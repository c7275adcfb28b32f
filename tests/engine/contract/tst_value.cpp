// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/value.h"

#include <QtTest>

#include <limits>

using engine::contract::parseJson;
using engine::contract::toJson;
using engine::contract::Value;

class ValueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBackWhatItWrote_data();
    void readsBackWhatItWrote();
    void refusesBrokenText_data();
    void refusesBrokenText();
    void acceptsDepth100();
    void namesLineAndColumn();
    void lastOfDuplicateKeysWinsInItsOwnPlace();
    void duplicatesAreWrittenOnce();
    void aHundredThousandKeysAreRead();
    void integersBeyondInt64BecomeDoubles();
    void doublesAreShortestAndExact_data();
    void doublesAreShortestAndExact();
    void nonFiniteNumbersAreWrittenAsNull();
    void badBytesAreReplacedWhenWritten();
    void setReplacesAndKeepsThePlace();
};

void ValueTest::readsBackWhatItWrote_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("string") << QByteArray(R"("한글 \"quoted\"\n")");
    QTest::newRow("nested") << QByteArray(R"({"b":[1,2.5,true,null],"a":{}})");
    QTest::newRow("smallest integer") << QByteArray("-9223372036854775808");
    QTest::newRow("largest integer") << QByteArray("9223372036854775807");
    QTest::newRow("whole double") << QByteArray("3.0");
}

void ValueTest::readsBackWhatItWrote()
{
    QFETCH(QByteArray, text);
    const auto parsed = parseJson(text.toStdString());
    QVERIFY(parsed.ok());
    QCOMPARE(QByteArray::fromStdString(toJson(parsed.value())), text);
}

void ValueTest::refusesBrokenText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text after the value") << QByteArray("{} x");
    QTest::newRow("two values") << QByteArray("1 2");
    QTest::newRow("NaN") << QByteArray("NaN");
    QTest::newRow("number beyond a double") << QByteArray("1e999");
    QTest::newRow("invalid UTF-8") << QByteArray("\"\xff\xfe\"");
    QTest::newRow("overlong UTF-8") << QByteArray("\"\xc0\xaf\"");
    QTest::newRow("lone surrogate") << QByteArray(R"("\ud800")");
    QTest::newRow("101 lists") << QByteArray(101, '[') + QByteArray(101, ']');
    QTest::newRow("a million lists") << QByteArray(1000000, '[');
    QTest::newRow("unclosed") << QByteArray(R"({"a": [1, 2)");
    QTest::newRow("trailing comma") << QByteArray("[1,]");
}

void ValueTest::refusesBrokenText()
{
    QFETCH(QByteArray, text);
    const auto parsed = parseJson(std::string_view(text.constData(), size_t(text.size())));
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.error().code, std::string("bad_file"));
    QVERIFY(parsed.error().message.starts_with("not valid JSON: "));
}

void ValueTest::acceptsDepth100()
{
    const auto parsed = parseJson(std::string(100, '[') + std::string(100, ']'));
    QVERIFY(parsed.ok());
}

void ValueTest::namesLineAndColumn()
{
    const auto parsed = parseJson("{\n  \"a\": x\n}");
    QVERIFY(!parsed.ok());
    QVERIFY2(parsed.error().message.starts_with("not valid JSON: at line 2, column 8"),
             parsed.error().message.c_str());
}

void ValueTest::lastOfDuplicateKeysWinsInItsOwnPlace()
{
    const auto parsed = parseJson(R"({"a":1,"b":2,"a":3,"c":4,"b":5})");
    QVERIFY(parsed.ok());
    QCOMPARE(toJson(parsed.value()), std::string(R"({"a":3,"c":4,"b":5})"));
}

void ValueTest::duplicatesAreWrittenOnce()
{
    const Value value(Value::Object{{"a", 1}, {"a", 2}});
    QCOMPARE(value["a"].toInteger(), 2);
    QCOMPARE(toJson(value), std::string(R"({"a":2})"));
}

void ValueTest::aHundredThousandKeysAreRead()
{
    std::string text = "{";
    for (int i = 0; i < 100000; ++i) {
        text += "\"k" + std::to_string(i % 99999) + "\":" + std::to_string(i) + ",";
    }
    text.back() = '}';
    const auto parsed = parseJson(text);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed.value().toObject().size(), size_t(99999));
    QCOMPARE(parsed.value()["k0"].toInteger(), 99999);
}

void ValueTest::integersBeyondInt64BecomeDoubles()
{
    const auto parsed = parseJson("[18446744073709551615,-9223372036854775809]");
    QVERIFY(parsed.ok());
    QVERIFY(!parsed.value().toList()[0].isInteger());
    QCOMPARE(parsed.value().toList()[0].toDouble(), 18446744073709551615.0);
    QCOMPARE(parsed.value().toList()[1].toDouble(), -9223372036854775808.0);
}

void ValueTest::doublesAreShortestAndExact_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("0.1") << 0.1 << QByteArray("0.1");
    QTest::newRow("2e-4") << 2e-4 << QByteArray("0.0002");
    QTest::newRow("third") << 1.0 / 3.0 << QByteArray("0.3333333333333333");
    QTest::newRow("denormal") << 5e-324 << QByteArray("5e-324");
    QTest::newRow("largest") << std::numeric_limits<double>::max()
                             << QByteArray("1.7976931348623157e+308");
    QTest::newRow("minus zero") << -0.0 << QByteArray("-0.0");
}

void ValueTest::doublesAreShortestAndExact()
{
    QFETCH(double, number);
    QFETCH(QByteArray, text);
    const std::string written = toJson(Value(number));
    QCOMPARE(QByteArray::fromStdString(written), text);
    const double again = parseJson(written).value().toDouble();
    QVERIFY(std::memcmp(&again, &number, sizeof(number)) == 0);
}

void ValueTest::nonFiniteNumbersAreWrittenAsNull()
{
    QCOMPARE(toJson(Value(std::numeric_limits<double>::infinity())), std::string("null"));
}

void ValueTest::badBytesAreReplacedWhenWritten()
{
    QCOMPARE(toJson(Value(std::string("a\xff"))), std::string("\"a\xEF\xBF\xBD\""));
}

void ValueTest::setReplacesAndKeepsThePlace()
{
    Value value = Value::object({{"a", 1}, {"b", 2}});
    value.set("a", "x");
    QCOMPARE(toJson(value), std::string(R"({"a":"x","b":2})"));
}

QTEST_GUILESS_MAIN(ValueTest)
#include "tst_value.moc"
