// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Leads the eye to a field: focus, and whatever scrolls around it moved so that it is seen.
#pragma once

class QWidget;

namespace ui::widgets {

// The field's frame shows whole, once the words that just appeared below it have their room.
void focusAndReveal(QWidget* editor);

} // namespace ui::widgets
