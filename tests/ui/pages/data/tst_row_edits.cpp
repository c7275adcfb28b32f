// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/data/row_edits.h"

#include "tests/support/studio_test.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using engine::contract::Value;
using ui::pages::data::RowEdits;

class TestRowEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStepIsWrittenAndUndone();
    void aChangeBringsADeletedRowBack();
    void aTextIsAStepToo();
    void copiesAreDeletedWithoutTheFirst();
    void rolesAreAStepToo();
    void nothingIsChangedBeforeTheFileWasRead();
    void aBrokenFileIsRefusedAndKept();
};

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

void TestRowEdits::everyStepIsWrittenAndUndone()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    RowEdits edits;
    edits.setFile(file);
    QTRY_VERIFY(edits.isLoaded());
    QCOMPARE(edits.writtenFile(), QString());
    edits.change({"aa", 3}, Value::object({{"text", "new"}}));
    edits.setDeleted({{"bb", 4}, {"cc", 5}}, true);
    QCOMPARE(edits.changedRows(), 1);
    QCOMPARE(edits.deletedRows(), 2);
    QTRY_COMPARE(contentOf(file),
                 QByteArray("{\"sha256\":\"aa\",\"index\":3,\"change\":{\"text\":\"new\"}}\n"
                            "{\"sha256\":\"bb\",\"index\":4,\"delete\":true}\n"
                            "{\"sha256\":\"cc\",\"index\":5,\"delete\":true}\n"));
    QTRY_COMPARE(edits.writtenFile(), file);
    edits.undoStack().undo(); // both rows are one step
    QTRY_COMPARE(contentOf(file).count('\n'), 1);
    edits.undoStack().undo();
    QTRY_VERIFY(!QFile::exists(file));
    QTRY_COMPARE(edits.writtenFile(), QString());
    edits.undoStack().redo();
    QTRY_COMPARE(contentOf(file).count('\n'), 1);

    RowEdits again;
    again.setFile(file);
    QTRY_VERIFY(again.isLoaded());
    QVERIFY(again.find("aa")->change == Value::object({{"text", "new"}}));
    QVERIFY(!again.undoStack().canUndo());
}

void TestRowEdits::aChangeBringsADeletedRowBack()
{
    const QTemporaryDir folder;
    RowEdits edits;
    edits.setFile(folder.filePath("edits.jsonl"));
    QTRY_VERIFY(edits.isLoaded());
    edits.setDeleted({{"aa", 0}}, true);
    edits.change({"aa", 0}, Value::object({{"text", "new"}}));
    QVERIFY(!edits.find("aa")->isDeleted);
    edits.setDeleted({{"aa", 0}}, true);
    edits.setDeleted({{"aa", 0}}, false);
    QVERIFY(edits.find("aa")->isChanged()); // coming back does not lose the change
    edits.change({"aa", 0}, Value::Object());
    QVERIFY(edits.find("aa") == nullptr);
}

void TestRowEdits::aTextIsAStepToo()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    RowEdits edits;
    edits.setFile(file);
    QTRY_VERIFY(edits.isLoaded());
    edits.setDeleted({{"aa", -1}}, true);
    edits.setText({"aa", -1}, "{\"text\": 1}", "Mending");
    QVERIFY(!edits.find("aa")->isDeleted);
    QTRY_COMPARE(contentOf(file),
                 QByteArray("{\"sha256\":\"aa\",\"text\":\"{\\\"text\\\": 1}\"}\n"));
    QCOMPARE(edits.undoStack().undoText(), QString("Mending"));
    edits.undoStack().undo();
    QVERIFY(edits.find("aa")->isDeleted);
    edits.undoStack().redo();
    edits.setText({"aa", -1}, std::nullopt, "As it was");
    QVERIFY(edits.find("aa") == nullptr);
}

void TestRowEdits::copiesAreDeletedWithoutTheFirst()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    RowEdits edits;
    edits.setFile(file);
    QTRY_VERIFY(edits.isLoaded());
    edits.deleteRepeats({{"aa", 7}});
    QTRY_VERIFY(contentOf(file).contains("\"repeats\":true"));
    edits.setDeleted({{"aa", 7}}, false); // bringing it back forgets that
    QVERIFY(edits.find("aa") == nullptr);
}

void TestRowEdits::rolesAreAStepToo()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    RowEdits edits;
    edits.setFile(file);
    QTRY_VERIFY(edits.isLoaded());
    edits.setRoles(Value::object({{"q", "prompt"}}));
    QTRY_COMPARE(contentOf(file), QByteArray("{\"columns\":{\"q\":\"prompt\"}}\n"));
    edits.undoStack().undo();
    QTRY_VERIFY(!QFile::exists(file));
}

void TestRowEdits::nothingIsChangedBeforeTheFileWasRead()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    RowEdits edits;
    edits.setFile(file);
    edits.setDeleted({{"aa", 0}}, true);
    QVERIFY(edits.find("aa") == nullptr);
    QTRY_VERIFY(edits.isLoaded());
}

void TestRowEdits::aBrokenFileIsRefusedAndKept()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("edits.jsonl");
    QFile broken(file);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("nonsense\n");
    broken.close();
    RowEdits edits;
    QSignalSpy failed(&edits, &RowEdits::failed);
    edits.setFile(file);
    QTRY_COMPARE(failed.count(), 1);
    edits.setDeleted({{"aa", 0}}, true);
    QTest::qWait(50);
    QCOMPARE(contentOf(file), QByteArray("nonsense\n"));
}

STUDIO_TEST_MAIN(TestRowEdits)
#include "tst_row_edits.moc"
