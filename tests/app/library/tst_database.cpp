// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/database.h"

#include "app/library/library_error.h"
#include "engine/contract/error_codes.h"
#include "tests/app/library/library_fixture.h"

#include <QTest>

#include <csignal>

#include <sys/resource.h>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestDatabase : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setsThePragmasWeRelyOn_data();
    void setsThePragmasWeRelyOn();
    void failedWorkLeavesNothing();
    void innerTransactionsBelongToTheOuter();
    void failedInnerWorkLeavesTheOuterAlone();
    void unopenedDatabaseSaysSo();
    void textThatIsNoDatabaseIsDamaged();
    void lockedByAnotherIsSaid();
    void fullFileIsSaidAndNothingChanged();
    void fileLimitIsSaid();
    void readOnlyIsSaid();
    void tornPageIsFoundByTheCheck();
    void tablesWithoutRowidPassTheCheck();
    void copyIsWhole();
    void sameStatementMayRunInsideItself();

private:
    static QString pathIn(const QTemporaryDir& folder) { return folder.filePath(u"x.db"_s); }
    static std::string codeOf(const Result<Database::Changed>& result)
    {
        return result ? std::string() : result.error().code;
    }
};

void TestDatabase::setsThePragmasWeRelyOn_data()
{
    QTest::addColumn<QString>("pragma");
    QTest::addColumn<QString>("value");
    QTest::newRow("foreign keys") << u"foreign_keys"_s << u"1"_s;
    QTest::newRow("journal") << u"journal_mode"_s << u"wal"_s;
    QTest::newRow("synchronous") << u"synchronous"_s << u"1"_s;
    QTest::newRow("trusted schema") << u"trusted_schema"_s << u"0"_s;
}

void TestDatabase::setsThePragmasWeRelyOn()
{
    QFETCH(QString, pragma);
    QFETCH(QString, value);
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    QString found;
    VERIFY_OK(
        database.select(u"PRAGMA "_s + pragma, {}, [&](const Row& row) { found = row.text(0); }));
    QCOMPARE(found, value);
}

void TestDatabase::failedWorkLeavesNothing()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x UNIQUE)"_s));
    const auto worked = database.transaction([&]() -> Result<void> {
        VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(1)"_s));
        VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(1)"_s));
        return {};
    });
    QVERIFY(!worked);
    QCOMPARE(worked.error().code, std::string(code::kConflict));
    int rows = -1;
    VERIFY_OK(database.select(
        u"SELECT count(*) FROM t"_s, {}, [&](const Row& row) { rows = int(row.integer(0)); }));
    QCOMPARE(rows, 0);
}

void TestDatabase::innerTransactionsBelongToTheOuter()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
    const auto worked = database.transaction([&]() -> Result<void> {
        auto inner = database.transaction([&]() -> Result<void> {
            VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(1)"_s));
            return {};
        });
        return inner ? Result<void>(Error{"outer", {}, {}, {}}) : inner;
    });
    QCOMPARE(worked.error().code, std::string("outer"));
    int rows = -1;
    VERIFY_OK(database.select(
        u"SELECT count(*) FROM t"_s, {}, [&](const Row& row) { rows = int(row.integer(0)); }));
    QCOMPARE(rows, 0);
}

void TestDatabase::failedInnerWorkLeavesTheOuterAlone()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x UNIQUE)"_s));
    VERIFY_OK(database.transaction([&]() -> Result<void> {
        VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(1)"_s));
        const auto inner = database.transaction([&]() -> Result<void> {
            VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(2)"_s));
            VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(1)"_s));
            return {};
        });
        return inner ? Result<void>(Error{"inner", "should have failed", {}, {}}) : Result<void>();
    }));
    int sum = 0;
    VERIFY_OK(database.select(
        u"SELECT sum(x) FROM t"_s, {}, [&](const Row& row) { sum = int(row.integer(0)); }));
    QCOMPARE(sum, 1);
}

void TestDatabase::unopenedDatabaseSaysSo()
{
    Database database;
    QVERIFY(!database.execute(u"CREATE TABLE t(x)"_s));
    QVERIFY(!database.open(u"/proc/nowhere/x.db"_s));
    QVERIFY(!database.isOpen());
    const auto failed = database.execute(u"CREATE TABLE t(x)"_s);
    QCOMPARE(codeOf(failed), std::string(::engine::contract::code::kUnreadable));
    QVERIFY(!failed.error().hint.empty());
}

void TestDatabase::textThatIsNoDatabaseIsDamaged()
{
    QTemporaryDir folder;
    test_support::writeFile(pathIn(folder), QByteArray(4096, 'x'));
    Database database;
    const auto opened = database.open(pathIn(folder));
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, std::string(code::kDamaged));
    QVERIFY(!opened.error().hint.empty());
}

void TestDatabase::lockedByAnotherIsSaid()
{
    QTemporaryDir folder;
    Database first;
    Database second;
    VERIFY_OK(first.open(pathIn(folder)));
    VERIFY_OK(first.execute(u"CREATE TABLE t(x)"_s));
    VERIFY_OK(second.open(pathIn(folder)));
    VERIFY_OK(first.execute(u"BEGIN EXCLUSIVE"_s));
    const auto failed = second.execute(u"INSERT INTO t VALUES(1)"_s);
    QCOMPARE(codeOf(failed), std::string(code::kLocked));
    QVERIFY(!failed.error().hint.empty());
    VERIFY_OK(first.execute(u"COMMIT"_s));
    VERIFY_OK(second.execute(u"INSERT INTO t VALUES(1)"_s));
}

void TestDatabase::fullFileIsSaidAndNothingChanged()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
    VERIFY_OK(database.select(u"PRAGMA max_page_count=16"_s, {}, [](const Row&) {}));
    const auto worked = database.transaction([&]() -> Result<void> {
        VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(1)"_s));
        VERIFY_INNER(database.execute(u"INSERT INTO t VALUES(zeroblob(1000000))"_s));
        return {};
    });
    QVERIFY(!worked);
    QCOMPARE(worked.error().code, std::string(::engine::contract::code::kDiskFull));
    int rows = -1;
    VERIFY_OK(database.select(
        u"SELECT count(*) FROM t"_s, {}, [&](const Row& row) { rows = int(row.integer(0)); }));
    QCOMPARE(rows, 0);
}

void TestDatabase::fileLimitIsSaid()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small{200000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto failed = database.execute(u"INSERT INTO t VALUES(zeroblob(1000000))"_s);
    setrlimit(RLIMIT_FSIZE, &before);
    QVERIFY(!failed);
    QVERIFY(!failed.error().hint.empty());
    // With room again it works as if nothing had been.
    VERIFY_OK(database.execute(u"INSERT INTO t VALUES(zeroblob(1000000))"_s));
    VERIFY_OK(database.check());
}

void TestDatabase::readOnlyIsSaid()
{
    QTemporaryDir folder;
    Database first;
    VERIFY_OK(first.open(pathIn(folder)));
    VERIFY_OK(first.execute(u"CREATE TABLE t(x)"_s));
    Database second;
    VERIFY_OK(second.open(pathIn(folder), Database::Mode::ReadOnly));
    const auto failed = second.execute(u"INSERT INTO t VALUES(1)"_s);
    QCOMPARE(codeOf(failed), std::string(code::kReadOnly));
}

void TestDatabase::tornPageIsFoundByTheCheck()
{
    QTemporaryDir folder;
    {
        Database database;
        VERIFY_OK(database.open(pathIn(folder)));
        VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
        for (int i = 0; i < 200; ++i) {
            VERIFY_OK(database.execute(u"INSERT INTO t VALUES(hex(randomblob(400)))"_s));
        }
    }
    QFile file(pathIn(folder));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > 40000);
    file.seek(20480);
    file.write(QByteArray(4096, '\x5a'));
    file.close();
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    const auto checked = database.check();
    QVERIFY(!checked);
    QCOMPARE(checked.error().code, std::string(code::kDamaged));
}

void TestDatabase::tablesWithoutRowidPassTheCheck()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE links(tag INTEGER NOT NULL, kind INTEGER NOT NULL,"
                               " subject INTEGER NOT NULL, PRIMARY KEY(kind, subject, tag))"
                               " WITHOUT ROWID"_s));
    VERIFY_OK(database.execute(u"INSERT INTO links VALUES(1, 4, 2)"_s));
    VERIFY_OK(database.check());
}

void TestDatabase::copyIsWhole()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
    VERIFY_OK(database.execute(u"INSERT INTO t VALUES('it''s')"_s));
    const QString copy = folder.filePath(u"it's a copy.db"_s);
    VERIFY_OK(database.copyTo(copy));
    Database other;
    VERIFY_OK(other.open(copy, Database::Mode::ReadOnly));
    QString found;
    VERIFY_OK(other.select(u"SELECT x FROM t"_s, {}, [&](const Row& row) { found = row.text(0); }));
    QCOMPARE(found, u"it's"_s);
    QVERIFY(!QFile::exists(copy + u".part"_s));
}

void TestDatabase::sameStatementMayRunInsideItself()
{
    QTemporaryDir folder;
    Database database;
    VERIFY_OK(database.open(pathIn(folder)));
    VERIFY_OK(database.execute(u"CREATE TABLE t(x)"_s));
    VERIFY_OK(database.execute(u"INSERT INTO t VALUES(1), (2)"_s));
    int pairs = 0;
    const QString sql = u"SELECT x FROM t"_s;
    VERIFY_OK(database.select(sql, {}, [&](const Row&) {
        (void)database.select(sql, {}, [&](const Row&) { ++pairs; });
    }));
    QCOMPARE(pairs, 4);
}

QTEST_GUILESS_MAIN(TestDatabase)
#include "tst_database.moc"
