// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run folder says that the library keeps: the run, its numbers, its adapter and where
// that comes from. Reading is free of threads and database, so that it can be done off the GUI
// thread.
#pragma once

#include "app/library/adapter_repository.h"
#include "app/library/base_model_repository.h"
#include "app/library/dataset_repository.h"
#include "app/library/run_repository.h"
#include "app/library/side_file.h"

namespace app::library {

struct AdapterRecord
{
    Adapter adapter;
    std::vector<AdapterParent> parents;
    BaseModel base;
    SideFile side;
};

struct RunRecord
{
    Run run;
    SideFile side;
    BaseModel base;
    Dataset dataset;
    std::optional<AdapterRecord> adapter; // of the best step, when there is one
};

// Fails with kNotFound or kBadFile when job.json is missing or broken; whatever else is missing or
// torn only leaves its fields empty.
Result<RunRecord> readRunFolder(const QString& folder);
// An imported copy, with its side file.
Result<AdapterRecord> readImportedAdapter(const QString& folder);

} // namespace app::library
