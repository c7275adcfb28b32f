// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/encoding.h"

#include <QtTest>

using engine::data::findInvalidUtf8;

class TestEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wellFormedTextPasses_data();
    void wellFormedTextPasses();
    void theFirstBadByteIsFound_data();
    void theFirstBadByteIsFound();
    void koreanIsTold();
};

void TestEncoding::wellFormedTextPasses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("ASCII") << QByteArray(100, 'a');
    QTest::newRow("limits of each length") << QByteArray(
        "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
    QTest::newRow("around surrogates") << QByteArray("\xED\x9F\xBF\xEE\x80\x80");
    QTest::newRow("Hangul") << QByteArray("1234567안녕하세요");
}

void TestEncoding::wellFormedTextPasses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!findInvalidUtf8(text.toStdString()));
}

void TestEncoding::theFirstBadByteIsFound_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("column");
    QTest::newRow("continuation alone") << QByteArray("ab\x80") << 1 << 3;
    QTest::newRow("overlong two") << QByteArray("\xC1\xBF") << 1 << 1;
    QTest::newRow("overlong three") << QByteArray("\n\xE0\x9F\xBF") << 2 << 1;
    QTest::newRow("surrogate") << QByteArray("a\nb\n c\xED\xA0\x80") << 3 << 3;
    QTest::newRow("too large") << QByteArray("\xF4\x90\x80\x80") << 1 << 1;
    QTest::newRow("cut off") << QByteArray("abcdefgh\xE2\x82") << 1 << 9;
    QTest::newRow("behind a long run") << QByteArray(64, 'a') + '\xFF' << 1 << 65;
}

void TestEncoding::theFirstBadByteIsFound()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    QFETCH(int, column);
    const auto bad =
        findInvalidUtf8(std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
    QVERIFY(bad);
    QCOMPARE(static_cast<int>(bad->line), line);
    QCOMPARE(static_cast<int>(bad->column), column);
}

void TestEncoding::koreanIsTold()
{
    QCOMPARE(engine::data::guessEncoding("\xBE\xC8\xB3\xE7 Python\n"), "cp949");
    QCOMPARE(QString::fromStdString(engine::data::guessEncoding("Le caf\xE9 est ferm\xE9\n")),
             "iso-8859-1");
    QCOMPARE(engine::data::guessEncoding("안녕 \xE9\n"), "utf-8");
}

QTEST_GUILESS_MAIN(TestEncoding)
#include "tst_encoding.moc"
