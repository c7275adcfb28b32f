// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/log_tail.h"

#include <QTemporaryDir>
#include <QTest>

using namespace app::engine;

class TestLogTail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastLinesAreKeptInOrder();
    void memoryIsBoundedWhateverIsWritten();
    void fileGetsEveryByte();
    void largeFileIsSetAside();
};

void TestLogTail::lastLinesAreKeptInOrder()
{
    LogTail log;
    log.add("one\ntw");
    log.add("o\nthree");
    QCOMPARE(log.last(30), QString("one\ntwo\nthree"));
    QCOMPARE(log.last(2), QString("two\nthree"));
}

void TestLogTail::memoryIsBoundedWhateverIsWritten()
{
    LogTail log;
    for (int i = 0; i < 100; ++i) {
        log.add(QByteArray(100'000, 'x'));
    }
    QCOMPARE(log.last(30).size(), LogTail::kLineBytes);
    for (int i = 0; i < 1000; ++i) {
        log.add("\n" + QByteArray::number(i));
    }
    QCOMPARE(log.last(10'000).count('\n'), LogTail::kLines);
    QVERIFY(log.last(1).endsWith("999"));
}

void TestLogTail::fileGetsEveryByte()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("logs/engine.log");
    LogTail log;
    log.setFile(path);
    log.add("one\ntw");
    log.add("o");
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("one\ntwo"));
}

void TestLogTail::largeFileIsSetAside()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("engine.log");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.resize(LogTail::kFileBytes + 1));
    file.close();
    LogTail log;
    log.setFile(path);
    log.add("new\n");
    QCOMPARE(QFile(path).size(), qint64(4));
    QCOMPARE(QFile(path + ".1").size(), LogTail::kFileBytes + 1);
}

QTEST_GUILESS_MAIN(TestLogTail)

#include "tst_log_tail.moc"
