// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/pending_folder.h"

#include "engine/device/files.h"
#include "tests/support/failing.h"

#include <QTest>

using namespace engine;
using namespace engine::device;
namespace fs = std::filesystem;
using tests::failureOf;
using tests::pathOf;

namespace {

void putAdapter(const fs::path& folder, const std::string& text)
{
    fs::create_directories(folder);
    writeFileAtomically(folder / "adapter", text);
}

std::size_t entriesIn(const fs::path& folder)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class TestPendingFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void appearsWholeAtCommit()
    {
        const QTemporaryDir root;
        const fs::path target = pathOf(root) / "runs" / "a";
        PendingFolder pending(target);
        putAdapter(pending.path() / "output", "new");
        QVERIFY(!fs::exists(target));
        pending.commit();
        QCOMPARE(readFile(target / "output" / "adapter"), std::string("new"));
        QCOMPARE(entriesIn(target.parent_path()), std::size_t(1));
    }

    void isRemovedWithoutCommit()
    {
        const QTemporaryDir root;
        {
            const PendingFolder pending(pathOf(root) / "a");
            putAdapter(pending.path(), "new");
        }
        QCOMPARE(entriesIn(pathOf(root)), std::size_t(0));
    }

    void takesTheNameOfAnEmptyFolder()
    {
        const QTemporaryDir root;
        fs::create_directory(pathOf(root) / "a");
        PendingFolder pending(pathOf(root) / "a/");
        putAdapter(pending.path(), "new");
        pending.commit();
        QCOMPARE(readFile(pathOf(root) / "a" / "adapter"), std::string("new"));
    }

    void neverReplacesAFullFolder()
    {
        const QTemporaryDir root;
        putAdapter(pathOf(root) / "a", "old");
        {
            PendingFolder pending(pathOf(root) / "a");
            putAdapter(pending.path(), "new");
            QCOMPARE(failureOf([&] { pending.commit(); }).code, std::string(code::kTargetExists));
        }
        QCOMPARE(readFile(pathOf(root) / "a" / "adapter"), std::string("old"));
        QCOMPARE(entriesIn(pathOf(root)), std::size_t(1));
    }

    void twoForOneTargetDoNotMeet()
    {
        const QTemporaryDir root;
        const PendingFolder first(pathOf(root) / "a");
        const PendingFolder second(pathOf(root) / "a");
        QVERIFY(first.path() != second.path());
    }

    void replacesAFolderWhenAsked()
    {
        const QTemporaryDir root;
        putAdapter(pathOf(root) / "a", "old");
        PendingFolder pending(pathOf(root) / "a");
        putAdapter(pending.path(), "new");
        pending.commitReplacing();
        QCOMPARE(readFile(pathOf(root) / "a" / "adapter"), std::string("new"));
        QCOMPARE(entriesIn(pathOf(root)), std::size_t(1));
    }

    void replacingBringsBackWhatACrashMovedAway()
    {
        const QTemporaryDir root;
        putAdapter(pathOf(root) / "a.old", "old");
        recoverReplacedFolder(pathOf(root) / "a");
        QCOMPARE(readFile(pathOf(root) / "a" / "adapter"), std::string("old"));
        QCOMPARE(entriesIn(pathOf(root)), std::size_t(1));
    }

    void replacingRemovesWhatACrashLeftBehind()
    {
        const QTemporaryDir root;
        putAdapter(pathOf(root) / "a.old", "old");
        putAdapter(pathOf(root) / "a", "new");
        recoverReplacedFolder(pathOf(root) / "a");
        QCOMPARE(readFile(pathOf(root) / "a" / "adapter"), std::string("new"));
        QCOMPARE(entriesIn(pathOf(root)), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestPendingFolder)
#include "tst_pending_folder.moc"
