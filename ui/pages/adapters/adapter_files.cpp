// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_files.h"

#include <QDir>
#include <QFileInfo>

namespace ui::pages::adapters {

AdapterFiles readAdapterFiles(const app::library::Adapter& adapter)
{
    AdapterFiles files;
    const QDir folder(adapter.path);
    files.isThere = folder.exists(QStringLiteral("adapter_config.json"));
    files.isBaseThere = QFileInfo::exists(adapter.basePath + QStringLiteral("/config.json"));
    files.names = folder.entryList(QDir::Files, QDir::Size);
    return files;
}

} // namespace ui::pages::adapters
