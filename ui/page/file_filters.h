// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What file pickers of several pages offer. Plain functions.
#pragma once

#include <QString>

namespace ui {

// Training data by the endings of its files, then all files: for Dialogs::openFiles().
QString dataFileFilter();

} // namespace ui
