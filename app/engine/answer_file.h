// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// An answer too large for a line, which the engine left as a file in the scratch folder.
#pragma once

#include "app/engine/contract.h"

#include <QString>

namespace app::engine {

// Reads the answer and removes the file; any thread. `file` is as the engine named it and is
// refused (kBadFile) unless it is a plain name. Fails with kUnreadable, kBadFile.
contract::Result<contract::Value> takeAnswerFile(const QString& scratch, const QString& file);

} // namespace app::engine
