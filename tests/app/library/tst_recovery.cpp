// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/recovery.h"

#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestRecovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void marksSayWhatHappened();
    void damagedFileMovesWithItsJournals();
    void dayHasOneCopyAndAWeekIsKept();
    void newestSoundCopyIsRestored();
    void withoutACopyNothingIsRestored();
};

void TestRecovery::marksSayWhatHappened()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"library.db"_s);
    QVERIFY(!wasLeftOpen(file));
    markOpen(file);
    QVERIFY(wasLeftOpen(file));
    unmarkOpen(file);
    QVERIFY(!wasLeftOpen(file));
    markDamaged(file);
    QVERIFY(isMarkedDamaged(file));
}

void TestRecovery::damagedFileMovesWithItsJournals()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"library.db"_s);
    for (const char* suffix : {"", "-wal", "-shm"}) {
        test_support::writeFile(file + QLatin1String(suffix), suffix);
    }
    markDamaged(file);
    const auto moved = moveAside(file);
    VERIFY_OK(moved);
    QVERIFY(QFile::exists(moved.value()));
    QVERIFY(QFile::exists(moved.value() + u"-wal"_s));
    QVERIFY(!QFile::exists(file));
    QVERIFY(!QFile::exists(file + u"-wal"_s));
    QVERIFY(!isMarkedDamaged(file));
}

void TestRecovery::dayHasOneCopyAndAWeekIsKept()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(folder.filePath(u"library.db"_s)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
    const QString backups = folder.filePath(u"backups"_s);
    const QDate day(2026, 2, 25);
    for (int i = 0; i < 10; ++i) {
        const auto copied = copyDaily(database, backups, day.addDays(i));
        VERIFY_OK(copied);
        QVERIFY(copied.value());
    }
    QVERIFY(!copyDaily(database, backups, day.addDays(9)).value());
    const QStringList kept = QDir(backups).entryList(QDir::Files, QDir::Name);
    QCOMPARE(kept.size(), 7);
    QCOMPARE(kept.first(), u"library-2026-02-28.db"_s);
}

void TestRecovery::newestSoundCopyIsRestored()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(u"library.db"_s);
    const QString backups = folder.filePath(u"backups"_s);
    {
        Database database;
        VERIFY_OK(database.open(folder.filePath(u"other.db"_s)));
        VERIFY_OK(database.execute(u"CREATE TABLE sound(x)"_s));
        VERIFY_OK(copyDaily(database, backups, QDate(2026, 3, 1)));
    }
    test_support::writeFile(backups + u"/library-2026-03-02.db"_s, QByteArray(5000, 'x'));
    test_support::writeFile(backups + u"/library-version-1-20260303.db"_s, "not a daily copy");
    QVERIFY(restoreNewestCopy(backups, file));
    Database restored;
    VERIFY_OK(restored.open(file));
    VERIFY_OK(restored.execute(u"INSERT INTO sound VALUES(1)"_s));
}

void TestRecovery::withoutACopyNothingIsRestored()
{
    QTemporaryDir folder;
    QVERIFY(!restoreNewestCopy(folder.filePath(u"backups"_s), folder.filePath(u"library.db"_s)));
    QVERIFY(!QFile::exists(folder.filePath(u"library.db"_s)));
}

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
