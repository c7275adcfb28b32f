// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/database.h"

#include "app/base/text.h"
#include "app/library/library_error.h"
#include "engine/contract/error_codes.h"

#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>

namespace app::library {

namespace {

// SQLite's primary result codes; the driver may add detail in the higher bits.
enum Native {
    kBusy = 5,
    kLockedTable = 6,
    kReadOnlyFile = 8,
    kInputOutput = 10,
    kCorrupt = 11,
    kFull = 13,
    kCannotOpen = 14,
    kConstraint = 19,
    kNotADatabase = 26
};

constexpr int kLongestWaitMs = 250;

void bind(QSqlQuery& query, const QVariantList& values)
{
    for (int i = 0; i < values.size(); ++i) {
        // The driver takes a null QString for NULL; here only an invalid QVariant is.
        const bool isNullText =
            values[i].typeId() == QMetaType::QString && values[i].toString().isNull();
        query.bindValue(i, isNullText ? QVariant(QString::fromLatin1("")) : values[i]);
    }
}

} // namespace

Database::Database()
    : m_connection(QUuid::createUuid().toString(QUuid::WithoutBraces)),
      m_error{std::string(::engine::contract::code::kUnreadable),
              stdString(tr("The library is not open")),
              {},
              {}}
{
}

Database::~Database()
{
    close();
}

Result<void> Database::open(const QString& file, Mode mode)
{
    close();
    m_file = file;
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    m_database.setDatabaseName(file);
    QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(kLongestWaitMs);
    if (mode == Mode::ReadOnly) {
        options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    }
    m_database.setConnectOptions(options);
    const auto fail = [this](Error error) {
        close();
        m_error = std::move(error);
        return m_error;
    };
    if (!m_database.open()) {
        return fail(errorOf(m_database.lastError()));
    }
    m_isOpen = true;
    QStringList pragmas = {QStringLiteral("PRAGMA trusted_schema=OFF"),
                           QStringLiteral("PRAGMA foreign_keys=ON"),
                           QStringLiteral("PRAGMA synchronous=NORMAL")};
    if (mode == Mode::ReadWrite) {
        // A file system without shared memory keeps the older journal, which is as safe.
        pragmas << QStringLiteral("PRAGMA journal_mode=WAL");
    }
    // The first read is what tells a database from anything else.
    pragmas << QStringLiteral("SELECT count(*) FROM sqlite_schema");
    for (const QString& pragma : pragmas) {
        if (auto ran = select(pragma, {}, [](const Row&) {}); !ran) {
            return fail(ran.error());
        }
    }
    return {};
}

void Database::close()
{
    m_idle.clear();
    m_isOpen = false;
    m_inTransaction = false;
    if (m_database.isValid()) {
        m_database.close();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_connection);
    }
}

void Database::refuse(Error error)
{
    close();
    m_error = std::move(error);
}

Result<QSqlQuery> Database::prepared(const QString& sql)
{
    if (!m_isOpen) {
        return m_error;
    }
    if (auto idle = m_idle.extract(sql)) {
        return std::move(idle.mapped());
    }
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    if (!query.prepare(sql)) {
        return errorOf(query.lastError());
    }
    return query;
}

Result<Database::Changed> Database::execute(const QString& sql, const QVariantList& values)
{
    Result<QSqlQuery> found = prepared(sql);
    if (!found) {
        return found.error();
    }
    QSqlQuery query = std::move(found).value();
    bind(query, values);
    if (!query.exec()) {
        return errorOf(query.lastError());
    }
    const Changed changed{query.numRowsAffected(), query.lastInsertId().toLongLong()};
    query.finish();
    m_idle.insert_or_assign(sql, std::move(query));
    return changed;
}

Result<void> Database::select(const QString& sql,
                              const QVariantList& values,
                              const std::function<void(const Row&)>& read)
{
    Result<QSqlQuery> found = prepared(sql);
    if (!found) {
        return found.error();
    }
    QSqlQuery query = std::move(found).value();
    bind(query, values);
    if (!query.exec()) {
        return errorOf(query.lastError());
    }
    const Row row(query);
    while (query.next()) {
        read(row);
    }
    // A damaged page further in ends the walk early; that must not look like the end.
    if (query.lastError().isValid()) {
        return errorOf(query.lastError());
    }
    query.finish();
    m_idle.insert_or_assign(sql, std::move(query));
    return {};
}

Result<void> Database::transaction(const std::function<Result<void>()>& work)
{
    // IMMEDIATE: whoever else writes is met here, not half way through.
    const bool isInner = m_inTransaction;
    const QString begin =
        isInner ? QStringLiteral("SAVEPOINT inner_work") : QStringLiteral("BEGIN IMMEDIATE");
    if (auto begun = execute(begin); !begun) {
        return begun.error();
    }
    m_inTransaction = true;
    Result<void> outcome = work();
    m_inTransaction = isInner;
    if (outcome) {
        const auto ended =
            execute(isInner ? QStringLiteral("RELEASE inner_work") : QStringLiteral("COMMIT"));
        if (!ended) {
            outcome = ended.error();
        }
    }
    if (!outcome) {
        // SQLite has rolled back by itself after the worst failures; then this says so, harmlessly.
        if (isInner) {
            (void)execute(QStringLiteral("ROLLBACK TO inner_work"));
            (void)execute(QStringLiteral("RELEASE inner_work"));
        } else {
            (void)execute(QStringLiteral("ROLLBACK"));
        }
    }
    return outcome;
}

Result<int> Database::userVersion()
{
    int version = 0;
    auto read = select(QStringLiteral("PRAGMA user_version"), {}, [&](const Row& row) {
        version = int(row.integer(0));
    });
    if (!read) {
        return read.error();
    }
    return version;
}

Result<void> Database::check()
{
    QString finding;
    auto checked = select(QStringLiteral("PRAGMA integrity_check(1)"), {}, [&](const Row& row) {
        finding = row.text(0);
    });
    if (!checked) {
        return checked;
    }
    if (finding != QLatin1String("ok")) {
        return Error{std::string(code::kDamaged),
                     stdString(tr("The library is damaged: %1").arg(finding)),
                     stdString(tr("Restart the studio; it rebuilds the library from the runs")),
                     stdString(m_file)};
    }
    return {};
}

Result<void> Database::copyTo(const QString& file)
{
    const QString aside = file + QStringLiteral(".part");
    QFile::remove(aside);
    auto copied = execute(QStringLiteral("VACUUM INTO ?"), {aside});
    if (!copied) {
        QFile::remove(aside);
        return copied.error();
    }
    QFile::remove(file);
    if (!QFile::rename(aside, file)) {
        QFile::remove(aside);
        return Error{std::string(::engine::contract::code::kUnreadable),
                     stdString(tr("The copy of the library cannot be put in place")),
                     stdString(tr("Check the permissions of the folder")),
                     stdString(file)};
    }
    return {};
}

Error Database::errorOf(const QSqlError& error) const
{
    const auto say = [this](std::string_view id, const QString& what, const QString& hint) {
        return Error{std::string(id), stdString(what), stdString(hint), stdString(m_file)};
    };
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case kBusy:
    case kLockedTable:
        return say(code::kLocked,
                   tr("Another program is using the library"),
                   tr("Close the other studio or tool that has library.db open, then try again"));
    case kReadOnlyFile:
        return say(code::kReadOnly,
                   tr("The library cannot be written to"),
                   tr("Check the permissions of the file and of its folder"));
    case kCannotOpen: {
        const QFileInfo folder(QFileInfo(m_file).absolutePath());
        if (folder.isDir() && !folder.isWritable()) {
            return say(code::kReadOnly,
                       tr("The folder of the library cannot be written to"),
                       tr("Check its permissions, or choose another data folder in the settings"));
        }
        return say(::engine::contract::code::kUnreadable,
                   tr("The library cannot be opened"),
                   tr("Check that its folder exists and belongs to you"));
    }
    case kFull:
        return say(::engine::contract::code::kDiskFull,
                   tr("The disk is full; nothing was changed in the library"),
                   tr("Free some space, then try again"));
    case kInputOutput:
        return say(
            ::engine::contract::code::kUnreadable,
            tr("The disk failed while the library was being used: %1").arg(error.databaseText()),
            tr("Check the free space and the health of the disk"));
    case kCorrupt:
    case kNotADatabase:
        return say(code::kDamaged,
                   tr("The library is damaged: %1").arg(error.databaseText()),
                   tr("Restart the studio; it rebuilds the library from the runs"));
    case kConstraint:
        return say(code::kConflict,
                   tr("The library refused a contradictory entry: %1").arg(error.databaseText()),
                   {});
    default:
        return say(::engine::contract::code::kInternal,
                   tr("The library failed: %1").arg(error.text()),
                   {});
    }
}

} // namespace app::library
