// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "data_test.h"
#include "engine/data/text_source.h"

#include <QtTest>

using namespace data_test;
using engine::data::FileBytes;
using engine::data::TextSource;

class TestTextSource : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyEncodingIsTold_data();
    void everyEncodingIsTold();
    void anAskedEncodingIsTaken();
    void badBytesAreLocated();
    void whatIsNoTextIsRefused_data();
    void whatIsNoTextIsRefused();
    void anUnknownEncodingIsRefused();

private:
    QTemporaryDir m_folder;
};

namespace {

struct Read
{
    std::string text;
    std::string encoding;
    int64_t badBytes = 0;
    engine::data::BadByte firstBad;
};

Read readAll(const std::string& path, std::size_t piece, const std::string& encoding = "auto")
{
    FileBytes bytes(path);
    TextSource source(bytes, path, encoding);
    Read read;
    std::string part(piece, '\0');
    for (std::size_t count = source.read(part.data(), piece); count > 0;
         count = source.read(part.data(), piece)) {
        read.text.append(part, 0, count);
    }
    read.encoding = source.encoding();
    read.badBytes = source.badBytes();
    read.firstBad = source.firstBad();
    return read;
}

QByteArray utf16(const QString& text, bool isBigEndian)
{
    QByteArray bytes;
    for (const QChar c : text) {
        const char low = static_cast<char>(c.unicode() & 0xFF);
        const char high = static_cast<char>(c.unicode() >> 8);
        bytes += isBigEndian ? high : low;
        bytes += isBigEndian ? low : high;
    }
    return bytes;
}

} // namespace

void TestTextSource::everyEncodingIsTold_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("encoding");
    QTest::addColumn<QString>("text");
    const auto row =
        [](const char* name, const QByteArray& bytes, const char* encoding, const QString& text) {
            QTest::newRow(name) << bytes << encoding << text;
        };
    const QString korean =
        QStringLiteral("질문,답변\n서울의 날씨는?,맑습니다.\n오늘은 뭐 먹지?,김치찌개요\n");
    const QByteArray ascii(70000, 'a');
    row("ASCII", "abc\n", "utf-8", "abc\n");
    row("UTF-8", korean.toUtf8(), "utf-8", korean);
    row("mark", "\xEF\xBB\xBF" + korean.toUtf8(), "utf-8 with byte order mark", korean);
    row("little-endian mark",
        "\xFF\xFE" + utf16(korean, false),
        "utf-16le with byte order mark",
        korean);
    row("big-endian mark",
        "\xFE\xFF" + utf16(korean, true),
        "utf-16be with byte order mark",
        korean);
    row("little-endian", utf16("{\"text\": \"a\"}", false), "utf-16le", "{\"text\": \"a\"}");
    row("big-endian Korean", utf16(korean, true), "utf-16be", korean);
    const QByteArray cp949 =
        QByteArray::fromHex("c1fab9ae2cb4e4baaf0abcadbfefc0c720b3afbebeb4c23f2cb8bcbdc0b4cfb4d92e0a"
                            "bfc0b4c3c0ba20b9b920b8d4c1f63f2cb1e8c4a1c2eeb0b3bfe40a");
    row("CP949", cp949, "cp949", korean);
    row("CP949 far behind",
        ascii + '\n' + cp949,
        "cp949",
        QString::fromLatin1(ascii) + '\n' + korean);
    const QByteArray french("Le caf\xE9 est ferm\xE9 \xE0 No\xEBl, m\xEAme l'\xE9t\xE9.\n");
    row("Latin-1", french, "iso-8859-1", QString::fromLatin1(french));
    row("Windows-1252",
        french + "\x93quoted\x94 \x80 5\n",
        "windows-1252",
        QString::fromLatin1(french) + QStringLiteral("\u201Cquoted\u201D \u20AC 5\n"));
    row("a stray byte in UTF-8",
        korean.toUtf8() + "\xE9",
        "utf-8",
        QString::fromUtf8(korean.toUtf8() + "\xE9"));
}

void TestTextSource::everyEncodingIsTold()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, encoding);
    QFETCH(QString, text);
    const std::string path = write(m_folder, "text", bytes);
    for (const std::size_t piece : {1, 7, 4096, 1 << 20}) {
        const Read read = readAll(path, piece);
        QCOMPARE(QString::fromStdString(read.encoding), encoding);
        QCOMPARE(QString::fromStdString(read.text), text);
        QCOMPARE(read.badBytes, int64_t{0});
    }
}

void TestTextSource::anAskedEncodingIsTaken()
{
    const std::string path = write(m_folder, "text", "caf\xE9");
    QCOMPARE(readAll(path, 64, "windows-1251").text, QStringLiteral("cafй").toStdString());
    QCOMPARE(readAll(path, 64, "utf-8").text, "caf\xE9");
}

void TestTextSource::badBytesAreLocated()
{
    // 안녕하세요 in CP949, then a lead byte without its trail.
    const std::string path =
        write(m_folder,
              "text",
              "abc\n\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4 "
              "\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4 \xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4 "
              "\xBE\xC8\xB3\xE7\xC7\xCF\xBC\xBC\xBF\xE4\nx\xFFy");
    const Read read = readAll(path, 64);
    QCOMPARE(read.encoding, "cp949");
    QCOMPARE(read.badBytes, int64_t{1});
    QCOMPARE(read.firstBad.line, int64_t{3});
    QCOMPARE(read.firstBad.column, int64_t{2});
    QVERIFY(read.text.ends_with("x\xEF\xBF\xBDy"));
}

void TestTextSource::whatIsNoTextIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << QByteArray() << "the file is empty";
    QTest::newRow("zip") << QByteArray("PK\x03\x04") << "Excel or zip";
    QTest::newRow("PDF") << QByteArray("%PDF-1.7") << "a PDF";
    QTest::newRow("UTF-32") << QByteArray("\xFF\xFE\0\0a\0\0\0", 8) << "UTF-32";
}

void TestTextSource::whatIsNoTextIsRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    const std::string path = write(m_folder, "text", bytes);
    const engine::Error error = errorOf([&] { readAll(path, 64); });
    QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
}

void TestTextSource::anUnknownEncodingIsRefused()
{
    const std::string path = write(m_folder, "text", "a");
    QCOMPARE(errorOf([&] { readAll(path, 64, "utf-9"); }).code, "bad_field");
}

QTEST_GUILESS_MAIN(TestTextSource)
#include "tst_text_source.moc"
