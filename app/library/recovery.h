// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What lies around the database file: marks of unclean exits and damage, daily copies, and the way
// back from a damaged file. Free of threads.
#pragma once

#include "app/library/database.h"

namespace app::library {

// Whether the last studio did not close the library, and whether a check found it damaged.
bool wasLeftOpen(const QString& database);
bool isMarkedDamaged(const QString& database);
void markOpen(const QString& database);
void markDamaged(const QString& database);
// At a clean end.
void unmarkOpen(const QString& database);

// Moves the database with its journals aside. Returns its new place.
Result<QString> moveAside(const QString& database);

// Copies the open database to `<backups>/library-<date>.db` unless today's is there, and keeps the
// newest seven. Returns whether one was made.
Result<bool> copyDaily(Database& database, const QString& backups, const QDate& today);
// Puts the newest sound copy where the database was; false when there is none.
bool restoreNewestCopy(const QString& backups, const QString& database);

} // namespace app::library
