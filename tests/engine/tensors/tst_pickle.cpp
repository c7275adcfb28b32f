// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/pickle.h"

#include "engine/tensors/pickle_scan.h"
#include "tests/engine/tensors/made_files.h"

#include <QTest>

using namespace engine;
using namespace engine::tensors;
using namespace tests;

namespace {

using Globals = std::vector<std::string>;

// Every piece with its length in one byte before it, as BINUNICODE's short form has it.
std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string whole;
    for (const std::string_view part : parts) {
        whole += part;
    }
    return whole;
}

std::string shortText(const std::string& text)
{
    return joined({"\x8c", littleEndian(text.size(), 1), text});
}

struct ZipMember
{
    std::string name;
    std::string content;
    int method = 0;
    std::uint64_t claimedOffset = 0;
    bool claims = false;
};

std::string zipOf(const std::vector<ZipMember>& members)
{
    std::string archive;
    std::string directory;
    for (const ZipMember& member : members) {
        const std::string sizes =
            littleEndian(member.content.size(), 4) + littleEndian(member.content.size(), 4);
        const std::string method = littleEndian(static_cast<std::uint64_t>(member.method), 2);
        const std::uint64_t offset = member.claims ? member.claimedOffset : archive.size();
        archive += joined({"PK\x03\x04",
                           littleEndian(0, 4),
                           method,
                           littleEndian(0, 8),
                           sizes,
                           littleEndian(member.name.size(), 2),
                           littleEndian(0, 2),
                           member.name,
                           member.content});
        directory += joined({"PK\x01\x02",
                             littleEndian(0, 6),
                             method,
                             littleEndian(0, 8),
                             sizes,
                             littleEndian(member.name.size(), 2),
                             littleEndian(0, 12),
                             littleEndian(offset, 4),
                             member.name});
    }
    return joined({archive,
                   directory,
                   "PK\x05\x06",
                   littleEndian(0, 4),
                   littleEndian(members.size(), 2),
                   littleEndian(members.size(), 2),
                   littleEndian(directory.size(), 4),
                   littleEndian(archive.size(), 4),
                   littleEndian(0, 2)});
}

const std::string kCallsOs = "\x80\x02"
                             "cos\ngetpid\n)R.";
const std::string kHonest = "\x80\x02"
                            "ccollections\nOrderedDict\n)Rctorch._utils\n_rebuild_tensor_v2\n.";

} // namespace

class TestPickle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void globalsAreFoundHoweverTheyAreNamed_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QByteArray>("global");
        const auto row = [](const char* name, const std::string& pickle, const char* global) {
            QTest::newRow(name) << QByteArray::fromStdString(pickle) << QByteArray(global);
        };
        row("GLOBAL", kCallsOs, "os.getpid");
        row("text protocol", "cos\nsystem\n(S'ls'\ntR.", "os.system");
        row("INST", "(S'ls'\nios\nsystem\n.", "os.system");
        row("STACK_GLOBAL",
            joined({"\x80\x04", shortText("os"), shortText("system"), "\x93."}),
            "os.system");
        row("STACK_GLOBAL from the memo",
            joined({"\x80\x04",
                    shortText("os"),
                    "\x94",
                    shortText("x"),
                    std::string_view("h\0", 2),
                    shortText("system"),
                    "\x93."}),
            "os.system");
        row("STACK_GLOBAL without names", "\x80\x04)\x85\x93.", "(computed)");
        row("extension registry", "\x80\x02\x82\x07.", "copyreg extension 7");
        row("a second pickle in a row",
            "\x80\x02}.\x80\x02"
            "cos\nsystem\n.",
            "os.system");
        row("a frame", joined({"\x80\x04\x95", littleEndian(5, 8), "cos\nsystem\n."}), "os.system");
        row("bytes that are not shown raw",
            "\x80\x02"
            "cos\n\x1b[2Jx\n.",
            "os.?[2Jx");
    }
    void globalsAreFoundHoweverTheyAreNamed()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(QByteArray, global);
        const QTemporaryDir folder;
        const PickleFacts facts = describePickle(put(folder, "x.bin", pickle.toStdString()));
        QVERIFY(facts.isPickle);
        QCOMPARE(facts.globals, Globals{global.toStdString()});
        QCOMPARE(facts.damage, std::string());
    }

    void archivesAreLookedInto()
    {
        const QTemporaryDir folder;
        const auto path =
            put(folder, "x.pt", zipOf({{"x/data/0", "weights"}, {"x/data.pkl", kCallsOs}}));
        QCOMPARE(describePickle(path).globals, Globals{"os.getpid"});
    }

    void whatAsksForMoreThanTensorsIsRefused()
    {
        const QTemporaryDir folder;
        const Error error = pickleRefusal(put(folder, "x.bin", kCallsOs)).error();
        QCOMPARE(error.code, std::string(code::kBadFile));
        QVERIFY(
            error.message.ends_with("the pickle asks for os.getpid; only torch tensor rebuilding "
                                    "is allowed; nothing was executed"));
    }

    void honestFilesAreToBeConverted()
    {
        const QTemporaryDir folder;
        const Error error =
            pickleRefusal(put(folder, "x.bin", zipOf({{"x/data.pkl", kHonest}}))).error();
        QCOMPARE(error.code, std::string(code::kUnsupported));
        QVERIFY(error.hint.find("safetensors") != std::string::npos);
    }

    void onlyTensorNamesRebuildTensors_data()
    {
        QTest::addColumn<QString>("global");
        QTest::addColumn<bool>("isAllowed");
        QTest::newRow("storage") << "torch.BFloat16Storage" << true;
        QTest::newRow("dtype") << "torch.float32" << true;
        QTest::newRow("parameter") << "torch._utils._rebuild_parameter" << true;
        QTest::newRow("something else of torch") << "torch.load" << false;
        QTest::newRow("storage of nothing") << "torch.Storage" << false;
        QTest::newRow("storage of another module") << "os.FloatStorage" << false;
        QTest::newRow("eval") << "builtins.eval" << false;
    }
    void onlyTensorNamesRebuildTensors()
    {
        QFETCH(QString, global);
        QFETCH(bool, isAllowed);
        QCOMPARE(rebuildsTensors(global.toStdString()), isAllowed);
    }

    void damagedFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("empty", "");
        row("text", "hello");
        row("cut off", "\x80\x02}");
        row("unknown operation", "\x80\x02\xff.");
        row("a count beyond the file", joined({"\x80\x04\x8d", littleEndian(1ull << 62, 8), "x."}));
        row("a line without an end",
            "\x80\x02"
            "cos");
        row("archive without a directory", "PK\x03\x04xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        row("archive without a pickle", zipOf({{"x/data/0", "weights"}}));
        row("entry outside the archive", zipOf({{"data.pkl", kHonest, 0, 0xFFFFFFF0, true}}));
        row("compressed pickle", zipOf({{"data.pkl", kHonest, 8}}));
        row("more pickles than torch writes",
            zipOf(std::vector<ZipMember>(17, {"data.pkl", kHonest})));
    }
    void damagedFilesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        const QTemporaryDir folder;
        const Error error = pickleRefusal(put(folder, "x.bin", bytes.toStdString())).error();
        QCOMPARE(error.code, std::string(code::kBadFile));
    }

    // Every prefix and every changed byte ends in an answer.
    void anyDamageEndsInAnAnswer()
    {
        const std::string whole = zipOf({{"x/data.pkl", kHonest}, {"x/version", "3\n"}});
        const QTemporaryDir folder;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            std::string changed = whole;
            changed[i] = '\xff';
            for (const std::string& bytes : {whole.substr(0, i), changed}) {
                QVERIFY(!pickleRefusal(put(folder, "x.bin", bytes)).error().code.empty());
            }
        }
    }

    void sharedFilesAreJudged_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("reason");
        QTest::newRow("calls os")
            << "nasty/14_pickle_calls_os.bin"
            << "bad_file"
            << "the pickle asks for os.getpid; only torch tensor rebuilding is allowed";
        QTest::newRow("loralib") << "adapters/ms_lora_roberta_mnli/roberta_base_lora_mnli.bin"
                                 << "unsupported"
                                 << "torch pickle file";
        QTest::newRow("PEFT") << "adapters/peft_bloom560m_legacy_bin/adapter_model.bin"
                              << "unsupported"
                              << "torch pickle file";
        QTest::newRow("checkpoint") << "llama2xs-ckpt-pt/ckpt.pt"
                                    << "unsupported"
                                    << "torch pickle file";
    }
    void sharedFilesAreJudged()
    {
        QFETCH(QString, name);
        QFETCH(QString, code);
        QFETCH(QString, reason);
        const auto path = sharedModel(name.toStdString());
        if (path.empty()) {
            QSKIP("the shared files are not there");
        }
        const Error error = pickleRefusal(path).error();
        QVERIFY2(error.message.find(reason.toStdString()) != std::string::npos,
                 error.message.c_str());
        QCOMPARE(QString::fromStdString(error.code), code);
    }
};

QTEST_GUILESS_MAIN(TestPickle)
#include "tst_pickle.moc"
