// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The command line that trains a draft, as it can be pasted into a POSIX shell. Thread-free.
#pragma once

#include <QString>

#include <string>

namespace ui::pages::train {

class JobDraft;

// One word of a shell: bare where that is safe, else in single quotes.
std::string shellQuoted(const std::string& word);

// `lora-engine train --model … --set … --out RUN`, one option a line.
QString commandOf(const JobDraft& draft, const QString& program, const QString& runFolder);

} // namespace ui::pages::train
