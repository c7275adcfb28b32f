// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/tar.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

class TestTar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void systemsTarReadsIt();
    void archiveEndsWithTwoEmptyBlocks();
};

void TestTar::systemsTarReadsIt()
{
    const QString tar = QStandardPaths::findExecutable(QStringLiteral("tar"));
    if (tar.isEmpty()) {
        QSKIP("There is no tar on this computer.");
    }
    QTemporaryDir folder;
    const QByteArray exact(512, 'x');
    app::TarWriter writer;
    writer.add("bundle/facts.txt", "hello\n", QDateTime::currentDateTimeUtc());
    writer.add("bundle/exact.bin", exact, QDateTime::currentDateTimeUtc());
    writer.add("bundle/empty", {}, QDateTime::currentDateTimeUtc());
    QFile file(folder.filePath(QStringLiteral("a.tar")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(writer.finish());
    file.close();
    QProcess process;
    process.start(tar,
                  {QStringLiteral("-xf"), file.fileName(), QStringLiteral("-C"), folder.path()});
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
    QFile facts(folder.filePath(QStringLiteral("bundle/facts.txt")));
    QVERIFY(facts.open(QIODevice::ReadOnly));
    QCOMPARE(facts.readAll(), QByteArray("hello\n"));
    QFile block(folder.filePath(QStringLiteral("bundle/exact.bin")));
    QVERIFY(block.open(QIODevice::ReadOnly));
    QCOMPARE(block.readAll(), exact);
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("bundle/empty"))));
}

void TestTar::archiveEndsWithTwoEmptyBlocks()
{
    QCOMPARE(app::TarWriter().finish(), QByteArray(1024, '\0'));
}

QTEST_GUILESS_MAIN(TestTar)

#include "tst_tar.moc"
