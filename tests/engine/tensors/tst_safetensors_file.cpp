// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/safetensors_file.h"

#include "tests/engine/tensors/made_files.h"

#include <QTest>

#include <ATen/ops/equal.h>

using namespace engine;
using tensors::SafetensorsFile;
using namespace tests;

class TestSafetensorsFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsAreViewsThatOutliveTheFile()
    {
        const QTemporaryDir folder;
        const std::string header =
            R"({"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}    )";
        QCOMPARE((header.size() + 8) % 4, std::size_t(0)); // so the data are aligned
        const auto path =
            put(folder, "f", safetensorsBytes(header, std::string("\0\0\x80\x3f\0\0\0\xc0", 8)));
        at::Tensor tensor;
        {
            const auto file = SafetensorsFile::open(path);
            tensor = file.tensor("a");
            QCOMPARE(static_cast<const void*>(tensor.const_data_ptr()),
                     static_cast<const void*>(file.bytes(*file.find("a")).data()));
        }
        QVERIFY(at::equal(tensor, at::tensor({1.0f, -2.0f}).view({2, 1})));
    }

    void bytesThatAreNotAlignedAreCopied()
    {
        const QTemporaryDir folder;
        const std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                                   R"("b":{"dtype":"F32","shape":[],"data_offsets":[1,5]}})";
        const auto file = SafetensorsFile::open(
            put(folder, "f", safetensorsBytes(header, std::string("\7\0\0\x80\x3f", 5))));
        QCOMPARE(file.tensor("b").item<float>(), 1.0f);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(file.tensor("b").const_data_ptr()) % 4,
                 std::uintptr_t(0));
        QCOMPARE(file.tensor("a").item<int>(), 7);
    }

    void emptyTensorsAndMetadataAreRead()
    {
        const QTemporaryDir folder;
        const auto file = SafetensorsFile::open(
            put(folder,
                "f",
                safetensorsBytes(R"({"__metadata__":{"format":"pt"},)"
                                 R"("a":{"dtype":"BF16","shape":[0,3],"data_offsets":[0,0]}})",
                                 "")));
        QCOMPARE(file.tensor("a").sizes().vec(), (std::vector<std::int64_t>{0, 3}));
        QCOMPARE(file.metadata().at("format"), std::string("pt"));
    }

    void typesWeDoNotComputeInAreNamed()
    {
        const QTemporaryDir folder;
        const auto file = SafetensorsFile::open(
            put(folder,
                "f",
                safetensorsBytes(R"({"w":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}})",
                                 "x")));
        const Error error = failureOf([&] { file.tensor("w"); });
        QCOMPARE(error.code, std::string(code::kUnsupported));
        QVERIFY(error.message.find("tensor w is stored as F8_E4M3") != std::string::npos);
    }

    void anUnknownTensorIsNamed()
    {
        const QTemporaryDir folder;
        const auto file = SafetensorsFile::open(put(folder, "f", safetensorsBytes("{}", "")));
        QVERIFY(file.find("w") == nullptr);
        QVERIFY(failureOf([&] { file.tensor("w"); }).message.ends_with("has no tensor w"));
    }

    void hostileFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("empty", "");
        row("less than a length", "abc");
        row("length beyond the file", littleEndian(100, 8) + "{}");
        row("length of 2^63", littleEndian(1ull << 63, 8) + "{}");
        row("not an object", safetensorsBytes("[]", ""));
        row("not UTF-8", safetensorsBytes("{\"\xff\":1}", ""));
        row("nested deep", safetensorsBytes(std::string(100'000, '['), ""));
        row("negative shape",
            safetensorsBytes(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", "x"));
        row("backwards offsets",
            safetensorsBytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", "x"));
        row("bytes that belong to no tensor",
            safetensorsBytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "xx"));
        row("twice the same name",
            safetensorsBytes(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                             R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                             "xx"));
    }
    void hostileFilesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir folder;
        const auto path = put(folder, "f", bytes.toStdString());
        const Error error = failureOf([&] { SafetensorsFile::open(path); });
        QCOMPARE(error.code, std::string(code::kBadFile));
        QCOMPARE(error.where, path.string());
        QVERIFY(!error.hint.empty());
    }

    void sharedHostileFilesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason");
        QTest::newRow("01") << "01_cut"
                            << "cut off";
        QTest::newRow("02") << "02_header_len_huge"
                            << "header claims";
        QTest::newRow("03") << "03_header_len_zero"
                            << "zero";
        QTest::newRow("04") << "04_header_not_json"
                            << "not valid JSON";
        QTest::newRow("05") << "05_overlap"
                            << "share bytes";
        QTest::newRow("06") << "06_offset_past_end"
                            << "";
        QTest::newRow("07") << "07_shape_bytes_differ"
                            << "needs 20 bytes";
        QTest::newRow("08") << "08_shape_overflow"
                            << "overflows";
    }
    void sharedHostileFilesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, reason);
        const auto path = sharedModel("nasty/" + name.toStdString() + ".safetensors");
        if (path.empty()) {
            QSKIP("the shared hostile files are not there");
        }
        const Error error = failureOf([&] { SafetensorsFile::open(path); });
        QCOMPARE(error.code, std::string(code::kBadFile));
        QVERIFY2(error.message.find(reason.toStdString()) != std::string::npos,
                 error.message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsFile)
#include "tst_safetensors_file.moc"
