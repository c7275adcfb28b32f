// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The folders that the library is made of, in an order that does not change, and reading them.
// Free of threads.
#pragma once

#include "app/library/run_record.h"

#include <variant>

namespace app::library {

struct Rebuild
{
    QStringList folders; // still to be read
    QStringList refused; // "folder: reason"
    int total = 0;
    int recorded = 0;
};

// Sub-folders of `runs` with a job.json, and of `adapters` with an adapter_config.json.
Rebuild findFolders(const QString& runs, const QString& adapters);

using FolderRecord = std::variant<Error, RunRecord, AdapterRecord>;
FolderRecord readFolder(const QString& folder);

} // namespace app::library
