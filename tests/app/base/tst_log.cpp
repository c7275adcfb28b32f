// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/log.h"

#include <QTemporaryDir>
#include <QTest>

using app::Log;

class TestLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void messagesAreWrittenWithTheirLevel();
    void oneMessageCannotForgeAnother();
    void fullFileIsRotatedAndOldOnesGo();
    void folderThatCannotBeWrittenIsNoFailure();
    void tailBeginsAtALine();

private:
    QTemporaryDir m_folder;
};

void TestLog::messagesAreWrittenWithTheirLevel()
{
    const Log log(m_folder.path());
    qWarning("the cable is out: %s", "엔진");
    const QString text = Log::tail(log.file(), 10000);
    QVERIFY(text.contains(QStringLiteral(" warning ")));
    QVERIFY(text.contains(QStringLiteral("the cable is out: 엔진")));
}

void TestLog::oneMessageCannotForgeAnother()
{
    const Log log(m_folder.path());
    qWarning("first\n2026-01-01T00:00:00.000Z error default forged");
    const QStringList lines = Log::tail(log.file(), 10000).split(QLatin1Char('\n'));
    QCOMPARE(lines.filter(QStringLiteral("forged")).size(), 1);
    QVERIFY(lines.filter(QStringLiteral("forged"))[0].startsWith(QLatin1Char(' ')));
}

void TestLog::fullFileIsRotatedAndOldOnesGo()
{
    QTemporaryDir folder;
    const Log log(folder.path(), 2000);
    for (int line = 0; line < 400; ++line) {
        qWarning("line %d of many that fill the file", line);
    }
    const QStringList files = QDir(folder.path()).entryList(QDir::Files);
    QCOMPARE(files.size(), Log::kKept);
    for (const QString& name : files) {
        QVERIFY(QFileInfo(folder.filePath(name)).size() < 2500);
    }
    QVERIFY(Log::tail(log.file(), 10000).contains(QStringLiteral("line 399 of")));
}

void TestLog::folderThatCannotBeWrittenIsNoFailure()
{
    const Log log(QStringLiteral("/proc/no/such/folder"));
    qWarning("nobody hears this in a file");
    QCOMPARE(Log::tail(log.file(), 100), QString());
}

void TestLog::tailBeginsAtALine()
{
    QFile file(m_folder.filePath(QStringLiteral("lines.log")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("first line\nsecond line\nthird line\n");
    file.close();
    QCOMPARE(Log::tail(file.fileName(), 16), QStringLiteral("third line\n"));
}

QTEST_GUILESS_MAIN(TestLog)

#include "tst_log.moc"
