// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/json_reader.h"

#include <QtTest>

#include <random>

using engine::contract::parseJsonByLibrary;
using engine::contract::readPlainJson;
using engine::contract::toJson;

// The JSON library is the oracle: what the reader takes must be what the library makes of it.
class JsonReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesPlainText_data();
    void takesPlainText();
    void leavesTheRestToTheLibrary_data();
    void leavesTheRestToTheLibrary();
    void agreesWithTheLibraryOnDamagedText();
    void findsEverySpecialByteAtEveryPlace();
    void stopsWhereTheTextStops();
};

namespace {

std::string byLibrary(std::string_view text)
{
    return toJson(parseJsonByLibrary(text).value());
}

std::string view(const QByteArray& text)
{
    return text.toStdString();
}

} // namespace

void JsonReaderTest::takesPlainText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("words") << QByteArray(" [true, false ,null]\n");
    QTest::newRow("empty ones") << QByteArray(R"({"a":{},"b":[ ],"":""})");
    QTest::newRow("nested") << QByteArray(R"({"a":[{"b":[[1]]},{"b":"x"}]})");
    QTest::newRow("repeated key") << QByteArray(R"({"a":1,"b":{"c":1,"c":2},"a":3})");
    QTest::newRow("escapes") << QByteArray(
        R"("\"\\\/\b\f\n\r\t\u0041\u00e9\uD55C\ud83d\ude00\u0000")");
    QTest::newRow("beyond ASCII") << QByteArray("\"안녕 é 😀 \x7f\"");
    QTest::newRow("borders of UTF-8") << QByteArray(
        "\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
    QTest::newRow("integers") << QByteArray("[0,-0,7,-9223372036854775808,9223372036854775807]");
    QTest::newRow("doubles") << QByteArray("[0.1,-0.0,1e5,1E+5,2.5e-3,1.7976931348623157e308]");
    QTest::newRow("100 lists") << QByteArray(100, '[') + QByteArray(100, ']');
}

void JsonReaderTest::takesPlainText()
{
    QFETCH(QByteArray, text);
    const auto value = readPlainJson(view(text));
    QVERIFY(value.has_value());
    QCOMPARE(toJson(*value), byLibrary(view(text)));
}

void JsonReaderTest::leavesTheRestToTheLibrary_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"",
                             " ",
                             "tru",
                             "nulls",
                             "{} x",
                             "1 2",
                             "NaN",
                             "-",
                             "01",
                             "1.",
                             ".5",
                             "1e",
                             "1e+",
                             "+1",
                             "0x10",
                             "[1,]",
                             "[,1]",
                             "[1 2]",
                             "[1",
                             "{",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{a:1}",
                             "{\"a\" 1}",
                             "\"a",
                             "\"\\",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\u+123\"",
                             "\"\\ud800\"",
                             "\"\\ud800\\u0041\"",
                             "\"\\udc00\"",
                             "\"\t\"",
                             "\"\x1f\"",
                             "\"\xff\"",
                             "\"\xc0\xaf\"",
                             "\"\xed\xa0\x80\"",
                             "\"\xf4\x90\x80\x80\"",
                             "\"\xe2\x82\"",
                             "\"\xe2\x82",
                             "\"\x80\"",
                             "\xef\xbb\xbf{}",
                             "1e999",
                             "9223372036854775808",
                             "'a'"}) {
        QTest::newRow(text) << QByteArray(text);
    }
    QTest::newRow("NUL") << QByteArray("\"a\0b\"", 5);
    QTest::newRow("101 lists") << QByteArray(101, '[') + QByteArray(101, ']');
    QTest::newRow("a million lists") << QByteArray(1000000, '[');
}

void JsonReaderTest::leavesTheRestToTheLibrary()
{
    QFETCH(QByteArray, text);
    QVERIFY(!readPlainJson(view(text)).has_value());
}

void JsonReaderTest::agreesWithTheLibraryOnDamagedText()
{
    const std::string whole =
        R"( {"prompt": "He said \"no\" \u00e9\ud83d\ude00 안녕\n", "numbers": [1, -2.5e3, 0.125, true, null],)"
        R"( "nested": {"deeper": {"empty": "", "full": "x"}}} )";
    constexpr std::string_view kTokens = "{}[]\",:\\\n0e-.u\xEF\xC0\x80 ";
    std::mt19937 random(20260301);
    const auto below = [&random](std::size_t count) { return random() % count; };
    int taken = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string text = whole;
        for (std::size_t change = below(4); change > 0; --change) {
            const std::size_t at = below(text.size());
            switch (below(3)) {
            case 0:
                text[at] = kTokens[below(kTokens.size())];
                break;
            case 1:
                text.insert(at, 1, kTokens[below(kTokens.size())]);
                break;
            default:
                text.erase(at, 1);
            }
        }
        if (const auto value = readPlainJson(text)) {
            ++taken;
            QVERIFY2(parseJsonByLibrary(text).ok(), text.c_str());
            QCOMPARE(toJson(*value), byLibrary(text));
        } else {
            QVERIFY2(!parseJsonByLibrary(text).ok(), text.c_str());
        }
    }
    QVERIFY(taken > 5000);
}

void JsonReaderTest::findsEverySpecialByteAtEveryPlace()
{
    for (std::size_t length = 0; length < 24; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text = "\"" + std::string(length, '!') + "\"";
                text[1 + at] = static_cast<char>(byte);
                const auto value = readPlainJson(text);
                QCOMPARE(value.has_value(), parseJsonByLibrary(text).ok());
                QVERIFY(!value || value->toString() == text.substr(1, length));
            }
        }
    }
}

// Every part of the text lies in memory of just its size, so that reading on is found by the
// sanitizer.
void JsonReaderTest::stopsWhereTheTextStops()
{
    const std::string whole =
        "{\"a\":[\"\\ud83d\\ude00 안녕 abcdefgh\",-1.5e+3,true,null],\"b\":false}";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::vector<char> part(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
        QVERIFY(!readPlainJson({part.data(), part.size()}).has_value());
    }
}

QTEST_GUILESS_MAIN(JsonReaderTest)
#include "tst_json_reader.moc"
