// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to one SQLite file: opening with the pragmas we rely on, one statement per call
// with prepared statements kept, transactions, and SQLite's errors turned into sentences.
// Used only on the thread that made it.
#pragma once

#include "app/library/row.h"
#include "engine/contract/result.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QVariant>

#include <functional>
#include <map>

namespace app::library {

template <typename T>
using Result = ::engine::contract::Result<T>;
using Error = ::engine::contract::Error;

class Database
{
    Q_DECLARE_TR_FUNCTIONS(app::library::Database)

public:
    enum class Mode { ReadWrite, ReadOnly };

    // What a changing statement did.
    struct Changed
    {
        qint64 rows = 0;   // inserted, updated or deleted
        qint64 lastId = 0; // of the last insert
    };

    Database();
    ~Database();
    Q_DISABLE_COPY_MOVE(Database)

    // foreign_keys, WAL, synchronous NORMAL, trusted_schema off; waits at most 250 ms for a lock.
    // Fails with kDamaged, kLocked, kReadOnly, kDiskFull or kUnreadable; then every call below
    // fails with the same error.
    Result<void> open(const QString& file, Mode mode = Mode::ReadWrite);
    void close();
    bool isOpen() const { return m_isOpen; }
    const QString& file() const { return m_file; }
    // Makes every later call fail with this error, because what was opened may not be used.
    void refuse(Error error);

    // Runs one statement that changes something.
    Result<Changed> execute(const QString& sql, const QVariantList& values = {});
    // Runs one query; `read` is called once a row.
    Result<void> select(const QString& sql,
                        const QVariantList& values,
                        const std::function<void(const Row&)>& read);
    // All of `work` or nothing of it. Inside another transaction it is a part that can fail alone.
    Result<void> transaction(const std::function<Result<void>()>& work);

    Result<int> userVersion();
    // PRAGMA integrity_check; fails with kDamaged naming the first finding. quick_check is not
    // enough: SQLite 3.40 finds NULL values there in whole tables WITHOUT ROWID.
    Result<void> check();
    // A defragmented copy of the whole database, written aside and renamed.
    Result<void> copyTo(const QString& file);

private:
    Result<QSqlQuery> prepared(const QString& sql);
    Error errorOf(const QSqlError& error) const;

    QString m_connection;
    QString m_file;
    QSqlDatabase m_database;
    std::map<QString, QSqlQuery> m_idle; // prepared and not in use
    Error m_error;
    bool m_isOpen = false;
    bool m_inTransaction = false;
};

} // namespace app::library
