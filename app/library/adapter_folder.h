// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Reads and copies PEFT adapter folders without the engine: configuration, the header of the
// weights, sizes and hashes. Free of threads; files are hostile until checked.
#pragma once

#include "app/library/adapter_repository.h"

namespace app::library {

// Facts of an adapter folder; id, run and row stay empty. `sha256` is that of the weights.
// Fails with kNotFound, kUnreadable or kBadAdapter.
Result<Adapter> readAdapterFolder(const QString& folder);

// Copies the folder to `<adapters>/<sha256 of the weights>`, written aside, synced
// and renamed; a copy that is there already is kept. Returns the copy's path.
Result<QString> copyAdapterFolder(const QString& folder, const QString& adapters);

} // namespace app::library
