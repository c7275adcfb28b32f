// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a person wrote about an adapter or a run, mirrored to a small file beside its folder, so
// that a lost database loses none of it: `output/adapter` → `output/adapter.studio.json`. Free of
// threads; the file is written aside, synced and renamed.
#pragma once

#include "app/library/database.h"

#include <QDateTime>

namespace app::library {

struct SideFile
{
    QString name; // given by the user; empty = as it was made
    QStringList tags;
    QString note;
    QDateTime trashed; // invalid: not in the trash

    bool isEmpty() const;
    bool operator==(const SideFile&) const = default;
};

// Beside the folder, never in it: the engine replaces adapter folders as a whole.
QString sideFilePath(const QString& folder);
// A missing file is an empty SideFile; anything unreadable is kBadFile.
Result<SideFile> readSideFile(const QString& folder);
// Removes the file when there is nothing to say.
Result<void> writeSideFile(const QString& folder, const SideFile& content);

} // namespace app::library
