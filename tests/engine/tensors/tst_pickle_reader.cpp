// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/pickle_reader.h"

#include "tests/engine/tensors/torch_bytes.h"

#include <QTest>

using namespace engine;
using namespace engine::tensors;
using namespace tests;

using Kind = PickleValue::Kind;

namespace {

const std::string kTwo = "\x80\x02";
const std::string kCallsOs = kTwo + "cos\ngetpid\n)R.";

Error refusal(const std::string& pickle)
{
    return failureOf([&] { PickleReader(pickle, "x.bin").read(); });
}

} // namespace

class TestPickleReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainValuesAreRead()
    {
        const std::string pickle =
            kTwo
            + joined({"}(", shortText("a"), "K\x07", shortText("b"), "(J\xfe\xff\xff\xffNlu."});
        QCOMPARE(refusal(pickle).message,
                 std::string("x.bin: the pickle uses LIST at byte 19; only torch tensor rebuilding "
                             "is allowed; nothing was executed"));
        const std::string sound =
            kTwo
            + joined({"}(", shortText("a"), "K\x07", shortText("b"), "(J\xfe\xff\xff\xffN\x88tu."});
        PickleReader reader(sound, "x.bin");
        const PickleValue& dict = reader.read();
        QCOMPARE(dict.kind, Kind::Dict);
        QCOMPARE(dict.items.size(), std::size_t(4));
        QCOMPARE(dict.items[0]->text, std::string_view("a"));
        QCOMPARE(dict.items[1]->number, std::int64_t(7));
        const PickleValue& tuple = *dict.items[3];
        QCOMPARE(tuple.items.size(), std::size_t(3));
        QCOMPARE(tuple.items[0]->number, std::int64_t(-2));
        QCOMPARE(tuple.items[1]->kind, Kind::None);
        QCOMPARE(tuple.items[2]->kind, Kind::Bool);
        QCOMPARE(reader.position(), sound.size());
    }

    void tensorsKeepTheirPlaces()
    {
        PickledView view;
        view.offset = 4;
        const std::string pickle = pickledDict(view);
        PickleReader reader(pickle, "x.bin");
        const PickleValue& tensor = *reader.read().items[1];
        QCOMPARE(tensor.kind, Kind::Tensor);
        QCOMPARE(tensor.items[0]->text, std::string_view("0"));
        QCOMPARE(tensor.items[1]->number, std::int64_t(4));
        QCOMPARE(tensor.items[2]->items[1]->number, std::int64_t(3));
        QCOMPARE(reader.typeOfStorage("0"), std::string_view("F32"));
        QCOMPARE(reader.typeOfStorage("1"), std::string_view());
    }

    void foreignGlobalsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& pickle, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(pickle) << says;
        };
        row("GLOBAL", kCallsOs, "the pickle asks for os.getpid (GLOBAL at byte 2); only torch");
        row("without a protocol", "cos\nsystem\n.", "asks for os.system (GLOBAL at byte 0)");
        row("INST", "(S'ls'\nios\nsystem\n.", "uses STRING at byte 1");
        row("INST alone", "(ios\nsystem\n.", "uses INST at byte 1");
        row("OBJ", kTwo + "(o.", "uses OBJ at byte 3");
        row("STACK_GLOBAL",
            joined({"\x80\x04", shortText("os"), shortText("system"), "\x93."}),
            "asks for os.system (STACK_GLOBAL at byte 14)");
        row("STACK_GLOBAL from the memo",
            joined({"\x80\x04",
                    shortText("os"),
                    "\x94",
                    shortText("x"),
                    std::string_view("h\0", 2),
                    shortText("system"),
                    "\x93."}),
            "asks for os.system");
        row("STACK_GLOBAL without texts",
            joined({"\x80\x04)", shortText("x"), "\x93."}),
            "asks for a name that it computes");
        row("extension registry", kTwo + "\x82\x07.", "uses EXT1 at byte 2");
        row("object with keywords", "\x80\x04)}\x92.", "uses NEWOBJ_EX");
        row("persistent name as text", "Pcmd\n.", "uses PERSID at byte 0");
        row("bytes that are not shown raw", kTwo + "cos\n\x1b[2Jx\n.", "os.?[2Jx");
        row("a type of torch that is no tensor's", kTwo + "ctorch\nload\n.", "asks for torch.load");
        row("a storage of no numbers", kTwo + "ctorch\nStorage\n.", "asks for torch.Storage");
        row("a storage of another module",
            kTwo + "cos\nFloatStorage\n.",
            "asks for os.FloatStorage");
        row("calling a type", kTwo + "ctorch\nfloat32\n)R.", "calls torch.float32");
        row("calling a storage", kTwo + "ctorch\nFloatStorage\n)R.", "calls torch.FloatStorage");
        row("an object of a function",
            kTwo + "ctorch\nSize\n)\x81.",
            "makes an object of torch.Size (NEWOBJ");
        row("a rebuilding inside another",
            kTwo
                + "ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._tensor\n_rebuild_from_type_v2\n"
                  "NNtR.",
            "rebuilds no tensor");
        row("no operation", kTwo + "\xff.", "uses 0xff at byte 2");
    }
    void foreignGlobalsAreNamed()
    {
        QFETCH(QByteArray, pickle);
        QFETCH(QString, says);
        const Error error = refusal(pickle.toStdString());
        QCOMPARE(error.code, std::string(code::kBadFile));
        QVERIFY2(QString::fromStdString(error.message).contains(says), error.message.c_str());
    }

    // Whatever an operation finds on the stack, it is looked at first.
    void damageIsRefused_data()
    {
        QTest::addColumn<QByteArray>("pickle");
        const auto row = [](const char* name, const std::string& pickle) {
            QTest::newRow(name) << QByteArray::fromStdString(pickle);
        };
        row("nothing", "");
        row("no end", kTwo + "}");
        row("nothing before the end", kTwo + ".");
        row("a protocol of the future", "\x80\x09N.");
        row("a text beyond the file", joined({"\x80\x04\x8d", littleEndian(1ull << 62, 8), "x."}));
        row("a line without an end", kTwo + "cos");
        row("a list that was not begun", kTwo + "t.");
        row("a value below the mark", kTwo + "K\x01(\x85.");
        row("more than there is", kTwo + "K\x01\x87.");
        row("appending to a number", kTwo + "K\x01K\x01" + "a.");
        row("setting half a pair", kTwo + "}(K\x01u.");
        row("setting on a list", kTwo + "]K\x01K\x01s.");
        row("recalling nothing", kTwo + "h\x05.");
        row("keeping nothing", kTwo + "q\x05.");
        row("calling a number", kTwo + "K\x01)R.");
        row("calling with a list", kTwo + "ctorch\nSize\n]R.");
        row("attributes of a number", kTwo + "K\x01}b.");
        row("a storage of nothing", kTwo + ")Q.");
        row("a storage of a number", kTwo + "K\x01Q.");
        row("a tensor of nothing", kTwo + "ctorch._utils\n_rebuild_tensor_v2\n)R.");
        row("a parameter of nothing", kTwo + "ctorch._utils\n_rebuild_parameter\n)R.");
        row("a size of nothing", kTwo + "ctorch\nSize\n)R.");
        row("a dict of numbers", kTwo + "ccollections\nOrderedDict\n]K\x01" + "a\x85R.");
        PickledView negative;
        negative.offset = static_cast<std::uint64_t>(-1);
        row("a negative offset", pickledDict(negative));
        PickledView uneven;
        uneven.strides = {1};
        row("strides of another rank", pickledDict(uneven));
        PickledView deep;
        deep.shape = deep.strides = std::vector<std::uint64_t>(65, 1);
        row("more than 64 dimensions", pickledDict(deep));
    }
    void damageIsRefused()
    {
        QFETCH(QByteArray, pickle);
        QCOMPARE(refusal(pickle.toStdString()).code, std::string(code::kBadFile));
    }

    // 2^20 pairs put into a dict again and again would fill the memory.
    void copiesAreBounded()
    {
        std::string pickle = kTwo + "](";
        for (int i = 0; i < 2000; ++i) {
            pickle += "NN\x86";
        }
        pickle += "eq\x01";
        for (int i = 0; i < 2000; ++i) {
            pickle += "ccollections\nOrderedDict\nh\x01\x85R";
        }
        QVERIFY(refusal(pickle + ".").message.find("more dicts") != std::string::npos);
    }

    void lengthIsBounded()
    {
        constexpr std::size_t kBytes = (8 << 20) + 1;
        const std::string pickle =
            kTwo + "X" + littleEndian(kBytes, 4) + std::string(kBytes, 'x') + "N.";
        QVERIFY(refusal(pickle).message.find("longer than 8 MB") != std::string::npos);
    }

    void aValueMayHoldItself()
    {
        const std::string pickle = kTwo + "]q\x01h\x01" + "a.";
        PickleReader reader(pickle, "x.bin");
        const PickleValue& list = reader.read();
        QCOMPARE(list.items.front(), &list);
    }
};

QTEST_GUILESS_MAIN(TestPickleReader)
#include "tst_pickle_reader.moc"
