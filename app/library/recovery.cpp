// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/recovery.h"

#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/error_codes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app::library {

namespace {

constexpr int kKeptCopies = 7;

struct RecoveryText
{
    Q_DECLARE_TR_FUNCTIONS(app::library::Recovery)
};

QString openMark(const QString& database)
{
    return database + QStringLiteral(".open");
}

QString damageMark(const QString& database)
{
    return database + QStringLiteral(".damaged");
}

// Newest first: the date is in the name.
QStringList dailyCopies(const QString& backups)
{
    QStringList paths;
    const QDir folder(backups);
    const QStringList names =
        folder.entryList({QStringLiteral("library-[0-9]*.db")}, QDir::Files, QDir::Name);
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        paths << folder.filePath(*name);
    }
    return paths;
}

bool isSound(const QString& copy)
{
    Database database;
    return database.open(copy, Database::Mode::ReadOnly) && database.check();
}

void touch(const QString& path)
{
    QFile(path).open(QIODevice::WriteOnly);
}

} // namespace

bool wasLeftOpen(const QString& database)
{
    return QFile::exists(openMark(database));
}

bool isMarkedDamaged(const QString& database)
{
    return QFile::exists(damageMark(database));
}

void markOpen(const QString& database)
{
    touch(openMark(database));
}

void markDamaged(const QString& database)
{
    touch(damageMark(database));
}

void unmarkOpen(const QString& database)
{
    QFile::remove(openMark(database));
}

Result<QString> moveAside(const QString& database)
{
    const QFileInfo file(database);
    const QString stem =
        QStringLiteral("%1/%2.damaged-%3")
            .arg(file.absolutePath(),
                 file.completeBaseName(),
                 QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz")));
    if (!QFile::rename(database, stem + QStringLiteral(".db"))) {
        return Error{std::string(::engine::contract::code::kUnreadable),
                     stdString(RecoveryText::tr("The damaged library cannot be moved aside")),
                     stdString(RecoveryText::tr("Check the permissions of its folder")),
                     stdString(database)};
    }
    // Its journals belong to it; beside another database they would be applied to that.
    for (const char* suffix : {"-wal", "-shm", "-journal"}) {
        QFile::rename(database + QLatin1String(suffix),
                      stem + QStringLiteral(".db") + QLatin1String(suffix));
    }
    QFile::remove(damageMark(database));
    return QString(stem + QStringLiteral(".db"));
}

Result<bool> copyDaily(Database& database, const QString& backups, const QDate& today)
{
    QDir().mkpath(backups);
    const QString path =
        QDir(backups).filePath(QStringLiteral("library-%1.db").arg(today.toString(Qt::ISODate)));
    if (QFile::exists(path)) {
        return false;
    }
    if (auto copied = database.copyTo(path); !copied) {
        return copied.error();
    }
    const QStringList copies = dailyCopies(backups);
    for (const QString& old : copies.mid(kKeptCopies)) {
        QFile::remove(old);
    }
    return true;
}

bool restoreNewestCopy(const QString& backups, const QString& database)
{
    for (const QString& copy : dailyCopies(backups)) {
        if (isSound(copy) && copyAtomically(copy, database)) {
            return true;
        }
    }
    return false;
}

} // namespace app::library
