// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/safetensors_header.h"
#include "engine/device/failure.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace engine;
using bridge::parseSafetensorsHeader;
using bridge::SafetensorsHeader;

namespace {

// A file's bytes: length, header, `dataBytes` zeros.
QByteArray fileWith(const QByteArray& header, int dataBytes)
{
    QByteArray file(8, '\0');
    for (int byte = 0; byte < 8; ++byte) {
        file[byte] = static_cast<char>(static_cast<quint64>(header.size()) >> (8 * byte) & 0xff);
    }
    return file + header + QByteArray(dataBytes, '\0');
}

SafetensorsHeader parse(const QByteArray& file)
{
    return parseSafetensorsHeader(reinterpret_cast<const unsigned char*>(file.constData()),
                                  static_cast<size_t>(file.size()),
                                  static_cast<uint64_t>(file.size()),
                                  "model.safetensors");
}

QString messageOf(const QByteArray& file)
{
    try {
        parse(file);
    } catch (const Failure& failure) {
        if (failure.error().code == code::kBadFile && failure.error().where == "model.safetensors"
            && !failure.error().hint.empty()) {
            return QString::fromStdString(failure.error().message);
        }
    }
    return {};
}

QString sharedFolder()
{
    return qEnvironmentVariable("LORA_SHARED", QStringLiteral(LORA_SOURCE_DIR "/../shared"));
}

} // namespace

class TestSafetensorsHeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsEntriesInTheOrderOfTheirBytes()
    {
        const auto header =
            parse(fileWith(R"({"b":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]},)"
                           R"("__metadata__":{"format":"pt"},)"
                           R"("a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}  )",
                           28));
        QCOMPARE(header.entries.size(), size_t(2));
        QCOMPARE(header.entries[0].name, std::string("a"));
        QCOMPARE(header.entries[0].dtype, std::string("BF16"));
        QCOMPARE(header.entries[1].shape, (std::vector<int64_t>{2, 3}));
        QCOMPARE(header.entries[1].end - header.entries[0].begin, uint64_t(28));
        QCOMPARE(header.metadata.at("format"), std::string("pt"));
    }

    void countsOffsetsFromTheStartOfTheFile()
    {
        const auto file = fileWith(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})", 1);
        QCOMPARE(parse(file).entries[0].end, static_cast<uint64_t>(file.size()));
    }

    void needsOnlyTheHeaderOfALargerFile()
    {
        const auto file =
            fileWith(R"({"a":{"dtype":"U8","shape":[64],"data_offsets":[0,64]}})", 64);
        const auto header =
            parseSafetensorsHeader(reinterpret_cast<const unsigned char*>(file.constData()),
                                   static_cast<size_t>(file.size()) - 64,
                                   static_cast<uint64_t>(file.size()),
                                   "model.safetensors");
        QCOMPARE(header.entries.size(), size_t(1));
    }

    void acceptsAnEmptyTensor()
    {
        const auto header =
            parse(fileWith(R"({"a":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]}})", 0));
        QCOMPARE(header.entries[0].begin, header.entries[0].end);
    }

    void refusesWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "8 bytes of length";
        QTest::newRow("name twice")
            << fileWith(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                        R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                        2)
            << "\"a\" stands twice";
        QTest::newRow("hole") << fileWith(
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2)
                              << "belong to no tensor";
        QTest::newRow("backwards")
            << fileWith(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[2,1]}})", 2)
            << "before it begins";
        QTest::newRow("bytes left over")
            << fileWith(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 3)
            << "2 bytes follow the last tensor";
        QTest::newRow("unknown dtype")
            << fileWith(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,1]}})", 1) << "F31";
        QTest::newRow("negative size")
            << fileWith(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1) << "-1";
        QTest::newRow("size above 63 bits") << fileWith(
            R"({"a":{"dtype":"U8","shape":[0,18446744073709551615],"data_offsets":[0,0]}})", 0)
                                            << "overflows 64 bits";
        QTest::newRow("not an object") << fileWith("[1]", 0) << "one member per tensor";
        QTest::newRow("text after the object") << fileWith("{} {}", 0) << "not valid JSON";
        QTest::newRow("not UTF-8") << fileWith("{\"\xff\":1}", 0) << "not valid UTF-8 at byte 2";
        QTest::newRow("deep nesting")
            << fileWith("{\"a\":" + QByteArray(100000, '['), 0) << "header is not";
    }
    void refusesWhatIsWrong()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, says);
        const auto message = messageOf(file);
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void explainsDamagedFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        QTest::newRow("01") << "01_cut"
                            << "the file is cut off";
        QTest::newRow("02") << "02_header_len_huge"
                            << "more than the 100000000";
        QTest::newRow("03") << "03_header_len_zero"
                            << "header length is zero";
        QTest::newRow("04") << "04_header_not_json"
                            << "not valid JSON";
        QTest::newRow("05") << "05_overlap"
                            << "\"a\" and \"b\" share bytes";
        QTest::newRow("06") << "06_offset_past_end"
                            << "\"b\" is the first that is not whole";
        QTest::newRow("07") << "07_shape_bytes_differ"
                            << "needs 20 bytes, its offsets give 16";
        QTest::newRow("08") << "08_shape_overflow"
                            << "overflows 64 bits";
    }
    void explainsDamagedFiles()
    {
        QFETCH(QString, name);
        QFETCH(QString, says);
        QFile file(QDir(sharedFolder()).filePath("models/nasty/" + name + ".safetensors"));
        if (!file.open(QIODevice::ReadOnly)) {
            QSKIP("the shared test models are not here");
        }
        const auto message = messageOf(file.readAll());
        QVERIFY2(message.contains(says), qPrintable(message));
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsHeader)
#include "tst_safetensors_header.moc"
