// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/rebuild.h"

#include <QDir>
#include <QFileInfo>

namespace app::library {

namespace {

QStringList subFoldersWith(const QString& folder, const char* file)
{
    QStringList found;
    const QDir place(folder);
    for (const QString& name : place.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString path = place.absoluteFilePath(name);
        if (QFileInfo::exists(path + QLatin1Char('/') + QLatin1String(file))) {
            found << path;
        }
    }
    return found;
}

template <typename T>
FolderRecord recordOf(Result<T> read)
{
    return read ? FolderRecord(std::move(read).value()) : FolderRecord(read.error());
}

} // namespace

Rebuild findFolders(const QString& runs, const QString& adapters)
{
    Rebuild work;
    work.folders =
        subFoldersWith(runs, "job.json") + subFoldersWith(adapters, "adapter_config.json");
    work.total = int(work.folders.size());
    return work;
}

FolderRecord readFolder(const QString& folder)
{
    if (QFileInfo::exists(folder + QStringLiteral("/job.json"))) {
        return recordOf(readRunFolder(folder));
    }
    return recordOf(readImportedAdapter(folder));
}

} // namespace app::library
