// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the disk says of an adapter, read off the GUI thread: its files and whether its base is
// where it was.
#pragma once

#include "app/library/adapter_repository.h"

namespace ui::pages::adapters {

struct AdapterFiles
{
    bool isThere = false;
    bool isBaseThere = false;
    QStringList names; // files of the folder, weights first
};

AdapterFiles readAdapterFiles(const app::library::Adapter& adapter);

} // namespace ui::pages::adapters
