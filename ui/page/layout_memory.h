// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Splitters and columns that stay where the user put them, across pages, languages and starts.
#pragma once

#include <QString>

class QHeaderView;
class QSplitter;

namespace app {
class Settings;
}

namespace ui {

// Restores what was remembered under `name` ("runs/columns") and remembers every change from now
// on. Call it when the widget has its panes or its model; the settings outlive the widget.
void rememberSplitter(QSplitter* splitter, app::Settings& settings, const QString& name);
void rememberColumns(QHeaderView* header, app::Settings& settings, const QString& name);

} // namespace ui
