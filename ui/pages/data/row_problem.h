// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Why a row cannot be used, in two words. Plain function.
#pragma once

#include <QString>

namespace ui::pages::data {

// Of a code of `inspect data`: "empty answer" for "empty_answer". One that is not known here is
// written with blanks.
QString rowProblem(const QString& code);

} // namespace ui::pages::data
