// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The making of a run: a complete job, and the folder that holds it.
#pragma once

#include "app/engine/contract.h"
#include "engine/contract/catalog.h"

#include <QString>

namespace app::runs {

// The job as job.json holds it: with every default (when there is a catalogue), an id unless it has
// one, absolute paths, and a name made of base and method unless it has one.
engine::contract::Value preparedJob(const engine::contract::Catalog* catalog,
                                    engine::contract::Value job);

// Makes an empty folder for it in the runs folder, named by time and name; "-2" and so on is added
// when that exists. Fails with kUnreadable.
engine::contract::Result<QString> makeRunFolder(const QString& runsFolder,
                                                const engine::contract::Value& job);

// Writes job.json into it, aside and renamed, with a copy of the edits of its data. Worker thread:
// it waits for the disk.
engine::contract::Result<void> writeJob(const QString& folder, const engine::contract::Value& job);

} // namespace app::runs
