// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are either the old or the new content, whatever happens in between: written aside,
// synced, renamed. Any thread; syncing may take longer than a frame.
#pragma once

#include "engine/contract/result.h"

#include <QByteArray>
#include <QString>

namespace app {

// The folder must exist. Fails with kUnreadable, or kDiskFull when there is no room; the target is
// then as it was.
::engine::contract::Result<void> writeFileAtomically(const QString& path,
                                                     const QByteArray& content);

// Copies a file or a whole folder to `target`, which must not exist: aside first, then renamed. A
// symbolic link is copied as what it points to; one that leads back into its own folder is refused.
::engine::contract::Result<void> copyAtomically(const QString& source, const QString& target);

} // namespace app
