// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 of a file, read in blocks. Any thread; slow for large files.
#pragma once

#include "engine/contract/result.h"

#include <QString>

#include <atomic>

namespace app {

// Lower-case hexadecimal. Fails with kUnreadable, or kStopped when `cancelled` became true.
::engine::contract::Result<QString> hashFile(const QString& path,
                                             const std::atomic<bool>* cancelled = nullptr);

} // namespace app
