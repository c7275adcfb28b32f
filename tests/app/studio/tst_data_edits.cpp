// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/data_edits.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace app::studio;
using engine::contract::Value;

class TestDataEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreWrittenInTheOrderOfTheFile();
    void whatIsWrittenReadsBackTheSame();
    void laterLinesWinAndRestoreForgets();
    void aBadLineIsRefusedByItsNumber();
    void emptyEditsLeaveNoFile();
    void filesOfOneNameHaveEditsOfTheirOwn();
};

namespace {

DataEdits someEdits()
{
    DataEdits edits;
    edits.roles = Value::object({{"question", "prompt"}});
    edits.rows["bb"].index = 7;
    edits.rows["bb"].change = Value::object({{"output", "new"}, {"note", nullptr}});
    edits.rows["aa"].index = 9;
    edits.rows["aa"].isDeleted = true;
    edits.rows["cc"].index = 2;
    edits.rows["cc"].deletesRepeats = true;
    return edits;
}

} // namespace

void TestDataEdits::linesAreWrittenInTheOrderOfTheFile()
{
    QCOMPARE(
        writtenEdits(someEdits()),
        QByteArray("{\"columns\":{\"question\":\"prompt\"}}\n"
                   "{\"sha256\":\"cc\",\"index\":2,\"delete\":true,\"repeats\":true}\n"
                   "{\"sha256\":\"bb\",\"index\":7,\"change\":{\"output\":\"new\",\"note\":null}}\n"
                   "{\"sha256\":\"aa\",\"index\":9,\"delete\":true}\n"));
}

void TestDataEdits::whatIsWrittenReadsBackTheSame()
{
    DataEdits edits = someEdits();
    edits.rows["dd"].index = 3;
    edits.rows["dd"].replacement = Value::object({{"text", "all new"}});
    edits.rows["dd"].isDeleted = true;
    edits.rows["ee"].text = "{\"text\": \"mended\"}";
    edits.encoding = "cp949";
    const auto read = parseEdits(writtenEdits(edits));
    QVERIFY(read.ok());
    QVERIFY(read.value() == edits);
}

void TestDataEdits::laterLinesWinAndRestoreForgets()
{
    const auto read = parseEdits("{\"sha256\":\"a\",\"change\":{\"x\":\"1\"}}\n"
                                 "\n"
                                 "{\"sha256\":\"a\",\"change\":{\"y\":\"2\"}}\n"
                                 "{\"sha256\":\"b\",\"delete\":true}\n"
                                 "{\"sha256\":\"b\",\"restore\":true}\n"
                                 "{\"sha256\":\"c\",\"delete\":true}\n"
                                 "{\"sha256\":\"c\",\"change\":{\"x\":\"1\"}}\n"
                                 "{\"sha256\":\"d\",\"replace\":{\"x\":\"1\"}}\n"
                                 "{\"sha256\":\"d\",\"text\":\"x,1\"}\n");
    QVERIFY(read.ok());
    const auto& rows = read.value().rows;
    QCOMPARE(rows.size(), std::size_t(3));
    QCOMPARE(rows.at("d").text.value_or(""), QString("x,1"));
    QVERIFY(rows.at("d").replacement.isNull());
    QVERIFY(rows.at("a").change == Value::object({{"x", "1"}, {"y", "2"}}));
    QVERIFY(!rows.at("c").isDeleted); // a later change brings it back
}

void TestDataEdits::aBadLineIsRefusedByItsNumber()
{
    for (const QByteArray line : {"not json", "{\"sha256\":\"a\"}", "{\"delete\":true}", "[]"}) {
        const auto read = parseEdits("{\"sha256\":\"a\",\"delete\":true}\n" + line + "\n");
        QVERIFY2(!read.ok(), line.constData());
        QVERIFY(QString::fromStdString(read.error().message).contains(QLatin1String("2")));
    }
}

void TestDataEdits::emptyEditsLeaveNoFile()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    QVERIFY(loadEdits(file).value().isEmpty()); // no file: no edits
    QVERIFY(saveEdits(file, someEdits()).ok());
    QVERIFY(loadEdits(file).value() == someEdits());
    QVERIFY(saveEdits(file, {}).ok());
    QVERIFY(!QFile::exists(file));
}

void TestDataEdits::filesOfOneNameHaveEditsOfTheirOwn()
{
    const app::Paths paths("/studio");
    const QString one = editsFile(paths, "/a/train.jsonl");
    QVERIFY(one != editsFile(paths, "/b/train.jsonl"));
    QCOMPARE(one, editsFile(paths, "/a/./train.jsonl"));
    QVERIFY(one.startsWith("/studio/edits/train-"));
}

QTEST_APPLESS_MAIN(TestDataEdits)
#include "tst_data_edits.moc"
