// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine says in English (labels, help texts, names of its catalogue) in the language of
// the studio. The engine itself knows no Qt: its LS_TEXT marks are collected by lupdate under the
// namespace they stand in, and looked up here in each of those.
#pragma once

#include <QString>
#include <QStringList>

#include <string>

namespace app {

// The translation; the English text where there is none (values, names of files).
QString engineText(const QString& english);
QString engineText(const std::string& english);

// The namespaces of the engine that hold visible texts.
const QStringList& engineTextContexts();

} // namespace app
