// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/write_file.h"

#include "engine/contract/error_codes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class TestWriteFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contentReplacesTheOld();
    void failureLeavesTheOldAndNothingElse();
    void foldersAreCopiedWhole();
    void linksAreCopiedAsWhatTheyPointTo();
    void existingTargetIsRefused();
    void failedCopyLeavesNothingBehind();

private:
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(none)");
    }
    static QStringList everythingIn(const QString& folder)
    {
        return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }
};

void TestWriteFile::contentReplacesTheOld()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("초안.json"));
    QVERIFY(writeFileAtomically(path, "old"));
    QVERIFY(writeFileAtomically(path, "new"));
    QCOMPARE(read(path), QByteArray("new"));
    QCOMPARE(everythingIn(folder.path()).size(), 1);
}

void TestWriteFile::failureLeavesTheOldAndNothingElse()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("missing/file.json"));
    const auto written = writeFileAtomically(path, "new");
    QVERIFY(!written);
    QCOMPARE(written.error().where, path.toStdString());
    QVERIFY(everythingIn(folder.path()).isEmpty());
}

void TestWriteFile::foldersAreCopiedWhole()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("from/inner")));
    QVERIFY(writeFileAtomically(folder.filePath(QStringLiteral("from/a")), "1"));
    QVERIFY(writeFileAtomically(folder.filePath(QStringLiteral("from/inner/b")), "2"));
    QVERIFY(copyAtomically(folder.filePath(QStringLiteral("from")),
                           folder.filePath(QStringLiteral("to/here"))));
    QCOMPARE(read(folder.filePath(QStringLiteral("to/here/a"))), QByteArray("1"));
    QCOMPARE(read(folder.filePath(QStringLiteral("to/here/inner/b"))), QByteArray("2"));
    QCOMPARE(everythingIn(folder.filePath(QStringLiteral("to"))),
             QStringList(QStringLiteral("here")));
}

void TestWriteFile::linksAreCopiedAsWhatTheyPointTo()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("from")));
    QVERIFY(writeFileAtomically(folder.filePath(QStringLiteral("blob")), "weights"));
    QVERIFY(QFile::link(folder.filePath(QStringLiteral("blob")),
                        folder.filePath(QStringLiteral("from/model"))));
    QVERIFY(copyAtomically(folder.filePath(QStringLiteral("from")),
                           folder.filePath(QStringLiteral("to"))));
    const QFileInfo copy(folder.filePath(QStringLiteral("to/model")));
    QVERIFY(!copy.isSymLink());
    QCOMPARE(read(copy.filePath()), QByteArray("weights"));
}

void TestWriteFile::existingTargetIsRefused()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a"));
    QVERIFY(writeFileAtomically(path, "1"));
    const auto copied = copyAtomically(path, path);
    QVERIFY(!copied);
    QCOMPARE(copied.error().code, std::string(::engine::contract::code::kTargetExists));
}

void TestWriteFile::failedCopyLeavesNothingBehind()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("from")));
    // The folder leads back into itself.
    QVERIFY(QFile::link(folder.filePath(QStringLiteral("from")),
                        folder.filePath(QStringLiteral("from/again"))));
    QVERIFY(!copyAtomically(folder.filePath(QStringLiteral("from")),
                            folder.filePath(QStringLiteral("to"))));
    QCOMPARE(everythingIn(folder.path()), QStringList(QStringLiteral("from")));
}

QTEST_GUILESS_MAIN(TestWriteFile)

#include "tst_write_file.moc"
