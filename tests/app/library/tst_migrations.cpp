// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/library/migrations.h"

#include "engine/contract/error_codes.h"
#include "tests/app/library/library_fixture.h"

#include <QTest>

using namespace app::library;
using namespace Qt::StringLiterals;

class TestMigrations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void newDatabaseGetsEveryTableWithoutABackup();
    void nothingToDoMakesNoBackup();
    void oldDatabaseIsCopiedFirstAndKeepsItsRows();
    void failingStepLeavesTheVersionAndNothingElse();
    void newerSchemaIsRefusedInWords();
    void nothingChangesWhenTheBackupFails();
    void foreignKeysHoldInTheLibrary();

private:
    int version() { return m_database->userVersion().value(); }
    bool hasTable(const QString& name);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Database> m_database;
    QString m_backups;
    const std::vector<Migration> m_one = {{"One", {"CREATE TABLE one(x)"}}};
    const std::vector<Migration> m_two = {
        {"One", {"CREATE TABLE one(x)"}},
        {"Two", {"CREATE TABLE two(x)", "INSERT INTO two SELECT x FROM one"}}};
};

void TestMigrations::init()
{
    m_database = std::make_unique<Database>();
    m_folder = std::make_unique<QTemporaryDir>();
    m_backups = m_folder->filePath(u"backups"_s);
    VERIFY_OK(m_database->open(m_folder->filePath(u"library.db"_s)));
}

bool TestMigrations::hasTable(const QString& name)
{
    bool has = false;
    (void)m_database->select(
        u"SELECT 1 FROM sqlite_schema WHERE name=?"_s, {name}, [&](const Row&) { has = true; });
    return has;
}

void TestMigrations::newDatabaseGetsEveryTableWithoutABackup()
{
    const auto migrated = migrate(*m_database, migrations(), m_backups);
    VERIFY_OK(migrated);
    QCOMPARE(version(), int(migrations().size()));
    QVERIFY(migrated.value().backup.isEmpty());
    for (const char* table : {"base_models",
                              "datasets",
                              "runs",
                              "metrics_summary",
                              "adapters",
                              "adapter_parents",
                              "tags",
                              "notes",
                              "evaluations",
                              "exports",
                              "prompts",
                              "chats",
                              "jobs",
                              "search"}) {
        QVERIFY2(hasTable(QString::fromLatin1(table)), table);
    }
}

void TestMigrations::nothingToDoMakesNoBackup()
{
    VERIFY_OK(migrate(*m_database, m_one, m_backups));
    const auto again = migrate(*m_database, m_one, m_backups);
    VERIFY_OK(again);
    QVERIFY(again.value().backup.isEmpty());
    QVERIFY(!QDir(m_backups).exists());
}

void TestMigrations::oldDatabaseIsCopiedFirstAndKeepsItsRows()
{
    VERIFY_OK(migrate(*m_database, m_one, m_backups));
    VERIFY_OK(m_database->execute(u"INSERT INTO one VALUES(7)"_s));
    const auto migrated = migrate(*m_database, m_two, m_backups);
    VERIFY_OK(migrated);
    QCOMPARE(version(), 2);
    qint64 moved = 0;
    VERIFY_OK(m_database->select(
        u"SELECT x FROM two"_s, {}, [&](const Row& row) { moved = row.integer(0); }));
    QCOMPARE(moved, 7);
    Database before;
    VERIFY_OK(before.open(migrated.value().backup, Database::Mode::ReadOnly));
    QCOMPARE(before.userVersion().value(), 1);
}

void TestMigrations::failingStepLeavesTheVersionAndNothingElse()
{
    VERIFY_OK(migrate(*m_database, m_one, m_backups));
    const std::vector<Migration> broken = {
        m_one[0], {"Break", {"CREATE TABLE two(x)", "INSERT INTO nowhere VALUES(1)"}}};
    const auto failed = migrate(*m_database, broken, m_backups);
    QVERIFY(!failed);
    QVERIFY(failed.error().message.find("Break") != std::string::npos);
    QCOMPARE(version(), 1);
    QVERIFY(!hasTable(u"two"_s));
}

void TestMigrations::newerSchemaIsRefusedInWords()
{
    VERIFY_OK(migrate(*m_database, m_two, m_backups));
    const auto refused = migrate(*m_database, m_one, m_backups);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string(::engine::contract::code::kNewerFormat));
    QVERIFY(refused.error().message.find('2') != std::string::npos);
    QVERIFY(!refused.error().hint.empty());
    QCOMPARE(version(), 2);
}

void TestMigrations::nothingChangesWhenTheBackupFails()
{
    VERIFY_OK(migrate(*m_database, m_one, m_backups));
    test_support::writeFile(m_backups, "a file where the folder should be");
    QVERIFY(!migrate(*m_database, m_two, m_backups));
    QCOMPARE(version(), 1);
    QVERIFY(!hasTable(u"two"_s));
}

void TestMigrations::foreignKeysHoldInTheLibrary()
{
    VERIFY_OK(migrate(*m_database, migrations(), m_backups));
    QVERIFY(!m_database->execute(
        u"INSERT INTO adapter_parents(child_id, relation, position) VALUES(99, 'merged', 0)"_s));
    bool isBroken = false;
    VERIFY_OK(m_database->select(
        u"PRAGMA foreign_key_check"_s, {}, [&](const Row&) { isBroken = true; }));
    QVERIFY(!isBroken);
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
