// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One thing the command palette can find: its words, and what happens when it is chosen.
#pragma once

#include <QList>
#include <QString>

#include <functional>

namespace ui::shell {

struct PaletteEntry
{
    QString text;   // what is matched and shown
    QString kind;   // "Page", "Run": grey at the right
    QString detail; // base or path; grey after the text, may be empty
    QString keys;   // "Ctrl+N", in place of the kind
    QString iconName;
    std::function<void()> run;
};

using PaletteEntries = QList<PaletteEntry>;

// Entries for what was typed, from a place with its own search. Called on the GUI thread per key.
using PaletteSource = std::function<PaletteEntries(const QString& typed)>;

} // namespace ui::shell
