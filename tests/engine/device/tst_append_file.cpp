// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/append_file.h"

#include "engine/device/files.h"
#include "tests/support/failing.h"

#include <QTest>

using namespace engine;
using namespace engine::device;
using tests::failureOf;
using tests::pathOf;

class TestAppendFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreThereAtOnce()
    {
        const QTemporaryDir folder;
        AppendFile file(pathOf(folder) / "events.jsonl");
        file.appendLine("one");
        file.appendLine("");
        QCOMPARE(readFile(pathOf(folder) / "events.jsonl"), std::string("one\n\n"));
        QCOMPARE(file.size(), std::uint64_t(5));
    }

    void goesOnWhereAnEarlierOneEnded()
    {
        const QTemporaryDir folder;
        AppendFile(pathOf(folder) / "f").appendLine("one");
        AppendFile(pathOf(folder) / "f").appendLine("two");
        QCOMPARE(readFile(pathOf(folder) / "f"), std::string("one\ntwo\n"));
    }

    void cutsATornLine()
    {
        const QTemporaryDir folder;
        writeFileAtomically(pathOf(folder) / "f", "one\ntor");
        AppendFile file(pathOf(folder) / "f");
        file.truncateTo(4);
        file.appendLine("two");
        QCOMPARE(readFile(pathOf(folder) / "f"), std::string("one\ntwo\n"));
    }

    void neverGrowsByTruncating()
    {
        const QTemporaryDir folder;
        AppendFile file(pathOf(folder) / "f");
        file.appendLine("one");
        file.truncateTo(100);
        QCOMPARE(file.size(), std::uint64_t(4));
    }

    void aFullDiskIsSaid()
    {
        if (!std::filesystem::exists("/dev/full")) {
            QSKIP("this system has no /dev/full");
        }
        AppendFile file("/dev/full");
        QCOMPARE(failureOf([&] { file.appendLine("one"); }).code, std::string(code::kDiskFull));
    }
};

QTEST_GUILESS_MAIN(TestAppendFile)
#include "tst_append_file.moc"
