// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/safetensors_writer.h"

#include "engine/tensors/safetensors_file.h"
#include "tests/engine/tensors/made_files.h"

#include <QProcess>
#include <QTest>

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>

using namespace engine;
using namespace engine::tensors;
using namespace tests;
namespace fs = std::filesystem;

namespace {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

NamedTensors everyType()
{
    const Tensor numbers = at::arange(6, at::kFloat).view({2, 3});
    return {{"float32", numbers.div(3)},
            {"float16", numbers.to(at::kHalf)},
            {"bfloat16", numbers.to(at::kBFloat16)},
            {"float64", numbers.to(at::kDouble)},
            {"int64", numbers.to(at::kLong)},
            {"int32", numbers.to(at::kInt)},
            {"int16", numbers.to(at::kShort)},
            {"int8", numbers.to(at::kChar)},
            {"uint8", numbers.to(at::kByte)},
            {"bool", numbers.to(at::kBool)},
            {"한글 \"quoted\"", numbers.t()}, // not contiguous
            {"scalar", at::zeros({}).fill_(7)},
            {"empty", at::empty({0, 4})}};
}

} // namespace

class TestSafetensorsWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBackBitForBit()
    {
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "x.safetensors";
        const NamedTensors tensors = everyType();
        saveTensors(path, tensors, {{"format", "pt"}});
        const auto file = SafetensorsFile::open(path);
        QCOMPARE(file.entries().size(), tensors.size());
        QCOMPARE(file.metadata(), (Metadata{{"format", "pt"}}));
        for (const auto& [name, tensor] : tensors) {
            const Tensor read = file.tensor(name);
            QVERIFY2(read.scalar_type() == tensor.scalar_type() && at::equal(read, tensor),
                     name.c_str());
        }
    }

    void itsHashIsThatOfTheFile()
    {
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "x";
        // Large ones are hashed by a thread while they are written.
        const NamedTensors tensors = {{"small", at::arange(7)},
                                      {"large", at::arange(300'000, at::kDouble)},
                                      {"next", at::arange(3)},
                                      {"last", at::arange(300'000, at::kDouble)}};
        std::vector<TensorSpec> specs;
        for (const auto& [name, tensor] : tensors) {
            specs.push_back({name, tensor.scalar_type(), tensor.sizes().vec()});
        }
        SafetensorsWriter writer(path, specs);
        for (const auto& [name, tensor] : tensors) {
            writer.write(name, tensor);
        }
        const std::string hash = writer.finish();
        QCOMPARE(hash, device::sha256File(path));
        for (const auto& [name, tensor] : tensors) {
            QVERIFY(at::equal(SafetensorsFile::open(path).tensor(name), tensor));
        }
    }

    void theSameTensorsGiveTheSameBytes()
    {
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "a", everyType());
        saveTensors(pathOf(folder) / "b", everyType());
        QCOMPARE(device::readFile(pathOf(folder) / "a"), device::readFile(pathOf(folder) / "b"));
    }

    void dataBeginAligned_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"}) {
            QTest::newRow(name) << name;
        }
    }
    void dataBeginAligned()
    {
        QFETCH(QString, name);
        const QTemporaryDir folder;
        saveTensors(pathOf(folder) / "f", {{name.toStdString(), at::zeros({1})}});
        const auto file = SafetensorsFile::open(pathOf(folder) / "f");
        QCOMPARE(file.entries()[0].begin % 8, std::uint64_t(0));
    }

    void nothingAppearsBeforeFinish()
    {
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "f";
        device::writeFileAtomically(path, "old");
        {
            SafetensorsWriter writer(path, {{"a", at::kFloat, {1}}});
            writer.write("a", at::zeros({1}));
        }
        QCOMPARE(device::readFile(path), std::string("old"));
        QVERIFY(++fs::directory_iterator(pathOf(folder)) == fs::directory_iterator());
    }

    void aTensorThatWasNotAnnouncedIsRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("dtype");
        QTest::newRow("name") << "b" << 1 << int(at::kFloat);
        QTest::newRow("shape") << "a" << 2 << int(at::kFloat);
        QTest::newRow("dtype") << "a" << 1 << int(at::kHalf);
    }
    void aTensorThatWasNotAnnouncedIsRefused()
    {
        QFETCH(QString, name);
        QFETCH(int, size);
        QFETCH(int, dtype);
        const QTemporaryDir folder;
        SafetensorsWriter writer(pathOf(folder) / "f", {{"a", at::kFloat, {1}}});
        const Tensor tensor = at::zeros({size}, static_cast<at::ScalarType>(dtype));
        QCOMPARE(failureOf([&] { writer.write(name.toStdString(), tensor); }).code,
                 std::string(code::kInternal));
        QCOMPARE(failureOf([&] { writer.finish(); }).code, std::string(code::kInternal));
    }

    void impossibleNamesAreRefused_data()
    {
        QTest::addColumn<QString>("second");
        QTest::newRow("twice") << "a";
        QTest::newRow("the metadata's") << "__metadata__";
    }
    void impossibleNamesAreRefused()
    {
        QFETCH(QString, second);
        const QTemporaryDir folder;
        const NamedTensors tensors = {{"a", at::zeros({1})},
                                      {second.toStdString(), at::zeros({1})}};
        QCOMPARE(failureOf([&] { saveTensors(pathOf(folder) / "f", tensors); }).code,
                 std::string(code::kInternal));
    }

    void aFileThatWillNotFitIsRefusedAtOnce()
    {
        const QTemporaryDir folder;
        const Error error = failureOf([&] {
            SafetensorsWriter(pathOf(folder) / "x.safetensors", {{"a", at::kFloat, {1ll << 58}}});
        });
        QCOMPARE(error.code, std::string(code::kDiskFull));
        QVERIFY(error.message.starts_with("x.safetensors needs 1.2 EB, "));
    }

    void thePythonLibraryReadsItAlike()
    {
        const QString python =
            qEnvironmentVariable("XDG_CACHE_HOME", QDir::homePath() + QStringLiteral("/.cache"))
            + QStringLiteral("/lora-studio/oracle/bin/python");
        if (!QFile::exists(python)) {
            QSKIP("the oracle's Python is not installed");
        }
        const QTemporaryDir folder;
        const fs::path path = pathOf(folder) / "x.safetensors";
        saveTensors(path, everyType(), {{"format", "pt"}});
        const QString script = QStringLiteral(
            "import sys, torch\n"
            "from safetensors import safe_open\n"
            "with safe_open(sys.argv[1], 'pt') as f:\n"
            "    assert f.metadata() == {'format': 'pt'}\n"
            "    t = {k: f.get_tensor(k) for k in f.keys()}\n"
            "n = torch.arange(6, dtype=torch.float32).view(2, 3)\n"
            "assert len(t) == 13\n"
            "for name in 'float16 bfloat16 float64 int64 int32 int16 int8 uint8 bool'.split():\n"
            "    assert torch.equal(t[name], n.to(getattr(torch, name))), name\n"
            "assert torch.equal(t['float32'], n / 3)\n"
            "assert torch.equal(t['\\ud55c\\uae00 \"quoted\"'], n.t())\n"
            "assert t['scalar'].shape == () and t['scalar'] == 7\n"
            "assert t['empty'].shape == (0, 4)\n");
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(python,
                      {QStringLiteral("-c"), script, QString::fromStdString(path.string())});
        QVERIFY(process.waitForFinished(300'000));
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0,
                 process.readAll().constData());
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsWriter)
#include "tst_safetensors_writer.moc"
