// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/single_instance.h"

#include <QDir>
#include <QLocalSocket>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using app::SingleInstance;

class TestSingleInstance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstOwnsTheFolder();
    void secondHandsItsPathsOver();
    void otherFolderIsAnotherStudio();
    void staleSocketIsTakenOver();
    void silentOwnerIsSaid();
    void folderThatCannotBeWrittenIsSaid();
};

namespace {

// The hand-over waits for an answer, so that the one who answers needs a thread of its own.
SingleInstance::Role startBeside(const QString& folder, const QStringList& paths)
{
    SingleInstance::Role role = SingleInstance::Role::First;
    auto* thread = QThread::create([&] { role = SingleInstance(folder).start(paths); });
    QSignalSpy finished(thread, &QThread::finished);
    thread->start();
    finished.wait(10000);
    thread->wait();
    delete thread;
    return role;
}

} // namespace

void TestSingleInstance::firstOwnsTheFolder()
{
    QTemporaryDir folder;
    SingleInstance first(folder.path());
    QCOMPARE(first.start({}), SingleInstance::Role::First);
}

void TestSingleInstance::secondHandsItsPathsOver()
{
    QTemporaryDir folder;
    SingleInstance first(folder.path());
    QCOMPARE(first.start({}), SingleInstance::Role::First);
    QSignalSpy received(&first, &SingleInstance::pathsReceived);
    const QStringList paths = {QStringLiteral("/모델/a b"), QStringLiteral("relative.jsonl")};
    QCOMPARE(startBeside(folder.path(), paths), SingleInstance::Role::Second);
    QTRY_COMPARE(received.size(), 1);
    QCOMPARE(received[0][0].toStringList(),
             QStringList({QStringLiteral("/모델/a b"),
                          QDir::current().absoluteFilePath(QStringLiteral("relative.jsonl"))}));
}

void TestSingleInstance::otherFolderIsAnotherStudio()
{
    QTemporaryDir one;
    QTemporaryDir two;
    SingleInstance first(one.path());
    SingleInstance second(two.path());
    QCOMPARE(first.start({}), SingleInstance::Role::First);
    QCOMPARE(second.start({}), SingleInstance::Role::First);
}

void TestSingleInstance::staleSocketIsTakenOver()
{
    QTemporaryDir folder;
    {
        SingleInstance gone(folder.path());
        QCOMPARE(gone.start({}), SingleInstance::Role::First);
    }
    SingleInstance next(folder.path());
    QCOMPARE(next.start({}), SingleInstance::Role::First);
    QCOMPARE(startBeside(folder.path(), {}), SingleInstance::Role::Second);
}

void TestSingleInstance::silentOwnerIsSaid()
{
    QTemporaryDir folder;
    QLockFile lock(folder.filePath(QStringLiteral("studio.lock")));
    QVERIFY(lock.tryLock());
    SingleInstance second(folder.path());
    QCOMPARE(second.start({}), SingleInstance::Role::Unheard);
}

void TestSingleInstance::folderThatCannotBeWrittenIsSaid()
{
    SingleInstance instance(QStringLiteral("/proc/no/such/folder"));
    QCOMPARE(instance.start({}), SingleInstance::Role::NoAccess);
}

QTEST_GUILESS_MAIN(TestSingleInstance)

#include "tst_single_instance.moc"
