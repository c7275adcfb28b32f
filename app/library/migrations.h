// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The schema, version by version. A new version is one block at the end of kMigrations: a sentence
// and single statements; it runs in one transaction together with its version number.
#pragma once

#include "app/library/database.h"

#include <span>

namespace app::library {

struct Migration
{
    const char* sentence; // what it does
    std::vector<const char*> statements;
};

// The library's own: the n-th block leads to user_version n.
const std::vector<Migration>& migrations();

struct MigrationOutcome
{
    int from = 0;
    int to = 0;
    QString backup; // the copy made before; empty for a new database or when nothing was to do
};

// Brings the database to the newest version. A database that holds something is first copied to
// `backupFolder`; when that fails nothing is changed. A newer schema is refused with kNewerFormat.
Result<MigrationOutcome>
migrate(Database& database, std::span<const Migration> steps, const QString& backupFolder);

} // namespace app::library
