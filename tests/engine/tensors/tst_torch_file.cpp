// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/torch_file.h"

#include "engine/tensors/safetensors_file.h"
#include "tests/engine/tensors/torch_bytes.h"

#include <QTest>

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>

#include <random>

using namespace engine;
using namespace engine::tensors;
using namespace tests;
namespace fs = std::filesystem;

namespace {

const fs::path kFiles = LORA_SOURCE_DIR "/tests/engine/tensors/torch_files";

// Reads everything the file says it has; an answer is a number of tensors or a refusal.
std::string answerOf(const fs::path& path)
{
    try {
        const auto file = openTensorFile(path);
        for (const bridge::TensorEntry& entry : file->entries()) {
            file->tensor(entry);
            file->bytes(entry);
        }
        return std::to_string(file->entries().size());
    } catch (const Failure& failure) {
        return failure.error().code;
    }
}

Error refusal(const std::string& bytes)
{
    const QTemporaryDir folder;
    const fs::path path = put(folder, "x.bin", bytes);
    return failureOf([&] { TorchFile::open(path); });
}

// `count` copies of the file, each with a few bytes changed or its end missing.
void everyDamageEndsInAnAnswer(const fs::path& original, int count)
{
    std::ifstream stream(original, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(stream)), {});
    std::mt19937 random(20);
    const QTemporaryDir folder;
    int refused = 0;
    for (int i = 0; i < count; ++i) {
        std::string changed = whole;
        if (i % 4 == 0) {
            changed.resize(random() % whole.size());
        }
        for (unsigned flips = random() % 4 + 1; flips > 0 && !changed.empty(); --flips) {
            changed[random() % changed.size()] = static_cast<char>(random());
        }
        const std::string answer = answerOf(put(folder, original.filename().string(), changed));
        const bool isRefused =
            answer == code::kBadFile || answer == code::kUnsupported || answer == code::kUnreadable;
        QVERIFY2(isRefused || answer.find_first_not_of("0123456789") == std::string::npos,
                 answer.c_str());
        refused += isRefused ? 1 : 0;
    }
    QVERIFY(refused > count / 8);
}

} // namespace

class TestTorchFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormIsRead_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"archive.bin", "protocol4.bin", "row.bin"}) {
            QTest::newRow(file) << file;
        }
    }
    // Types, shared storages, offsets, strides, dicts in dicts (make_torch_files.py).
    void everyFormIsRead()
    {
        QFETCH(QString, file);
        const auto expected = SafetensorsFile::open(kFiles / "expected.safetensors");
        const auto actual = TorchFile::open(kFiles / file.toStdString());
        QCOMPARE(actual->entries().size(), expected.entries().size());
        QVERIFY(actual->metadata().empty());
        for (const bridge::TensorEntry& entry : expected.entries()) {
            const bridge::TensorEntry* found = actual->find(entry.name);
            QVERIFY2(found != nullptr, entry.name.c_str());
            QCOMPARE(found->dtype, entry.dtype);
            QCOMPARE(found->shape, entry.shape);
            QVERIFY2(at::equal(actual->tensor(entry.name), expected.tensor(entry)),
                     entry.name.c_str());
            QVERIFY2(actual->bytes(*found) == expected.bytes(entry), entry.name.c_str());
        }
    }

    void tensorsOutliveTheFile()
    {
        Tensor tensor;
        {
            tensor = TorchFile::open(kFiles / "archive.bin")->tensor("module.weight");
        }
        QVERIFY(at::equal(tensor, at::arange(6.0, at::kFloat).view({2, 3})));
    }

    void anAbsentTensorIsNamed()
    {
        const auto file = TorchFile::open(kFiles / "archive.bin");
        QVERIFY(failureOf([&] { file->tensor("gone"); }).message.ends_with("no tensor gone"));
    }

    void damageIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << says;
        };
        const auto view = [&row](const char* name, const char* says, auto change) {
            PickledView changed;
            change(changed);
            row(name, torchArchive(pickledDict(changed)), says);
        };
        const std::string honest = pickledDict({});
        row("empty", "", "neither a safetensors file nor a torch file");
        row("text", "hello", "neither a safetensors file nor a torch file");
        row("some pickle", "\x80\x02}.", "not one of torch.save");
        row("a pickle that calls",
            "\x80\x02"
            "cos\ngetpid\n)R.",
            "asks for os.getpid");
        row("archive that calls",
            torchArchive("\x80\x02"
                         "cos\ngetpid\n)R."),
            "asks for os.getpid");
        row("archive without a directory", "PK\x03\x04" + std::string(40, 'x'), "no directory");
        row("archive without a pickle", zipOf({{"x/data/0", "weights"}}), "holds no data.pkl");
        row("entry outside the archive", zipOf({{"data.pkl", honest, 0, 0xFFFFFFF0, true}}), "");
        row("compressed pickle", zipOf({{"data.pkl", honest, 8}}), "compressed");
        row("two entries of one name",
            zipOf({{"x/data.pkl", honest}, {"x/data.pkl", honest}}),
            "two entries");
        row("highest byte first",
            zipOf({{"x/data.pkl", honest}, {"x/byteorder", "big"}}),
            "highest byte first");
        row("no storage", zipOf({{"x/data.pkl", honest}}), "storage 0 is missing");
        row("a storage cut short",
            zipOf({{"x/data.pkl", honest}, {"x/data/0", std::string(20, '\0')}}),
            "tensor x does not lie inside its storage of 5 numbers");
        row("a list", torchArchive("\x80\x02]."), "no dict of tensors");
        row("a dict in itself",
            torchArchive("\x80\x02}q\x01" + shortText("a") + "h\x01s."),
            "more than 16 deep");
        row("two of one name",
            torchArchive(joined({"\x80\x02}(",
                                 shortText("a.x"),
                                 pickledTensor({}),
                                 shortText("a"),
                                 "}",
                                 shortText("x"),
                                 pickledTensor({}),
                                 "su."})),
            "two tensors are named a.x");
        row("a name that is no text",
            torchArchive(joined({"\x80\x02}", shortText("\xff"), pickledTensor({}), "s."})),
            "UTF-8");
        view("an offset beyond", "inside its storage", [](PickledView& v) { v.offset = 1; });
        view("an offset far beyond", "inside its storage", [](PickledView& v) {
            v.offset = (1ull << 63) - 1;
        });
        view("a shape beyond", "inside its storage", [](PickledView& v) { v.shape = {3, 3}; });
        view("a stride beyond", "inside its storage", [](PickledView& v) { v.strides = {4, 1}; });
        view("a shape that overflows", "inside its storage", [](PickledView& v) {
            v.shape = {1ull << 40, 1ull << 40};
            v.strides = {0, 0};
        });
        view("a stride that overflows", "inside its storage", [](PickledView& v) {
            v.strides = {1ull << 62, 1ull << 62};
            v.shape = {3, 3};
        });
        view("numbers made of few", "makes 1099511627776 numbers of the 6", [](PickledView& v) {
            v.shape = {1ull << 20, 1ull << 20};
            v.strides = {0, 0};
        });
        view("a storage that says too much", "inside its storage", [](PickledView& v) {
            v.stored = 7;
        });
    }
    void damageIsRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const Error error = refusal(bytes.toStdString());
        QVERIFY2(error.code == code::kBadFile || says == "UTF-8", error.code.c_str());
        QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
    }

    void anyDamageEndsInAnAnswer_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"archive.bin", "row.bin", "expected.safetensors"}) {
            QTest::newRow(file) << file;
        }
    }
    void anyDamageEndsInAnAnswer()
    {
        QFETCH(QString, file);
        everyDamageEndsInAnAnswer(kFiles / file.toStdString(), 3000);
    }

    // The last two bytes are the length of a comment that nobody reads.
    void everyPrefixIsRefused()
    {
        const std::string whole = torchArchive(pickledDict({}));
        const QTemporaryDir folder;
        QCOMPARE(answerOf(put(folder, "x.bin", whole)), std::string("1"));
        for (std::size_t size = 0; size < whole.size() - 2; ++size) {
            QCOMPARE(answerOf(put(folder, "x.bin", whole.substr(0, size))),
                     std::string(code::kBadFile));
        }
    }

    void sharedFilesAreJudged_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("answer");
        QTest::newRow("calls os") << "nasty/14_pickle_calls_os.bin"
                                  << "bad_file";
        QTest::newRow("loralib") << "adapters/ms_lora_roberta_mnli/roberta_base_lora_mnli.bin"
                                 << "52";
        QTest::newRow("PEFT") << "adapters/peft_bloom560m_legacy_bin/adapter_model.bin"
                              << "48";
        QTest::newRow("checkpoint") << "llama2xs-ckpt-pt/ckpt.pt"
                                    << "190";
    }
    void sharedFilesAreJudged()
    {
        QFETCH(QString, name);
        QFETCH(QString, answer);
        const auto path = sharedModel(name.toStdString());
        if (path.empty()) {
            QSKIP("the shared files are not there");
        }
        QCOMPARE(QString::fromStdString(answerOf(path)), answer);
    }
};

QTEST_GUILESS_MAIN(TestTorchFile)
#include "tst_torch_file.moc"
