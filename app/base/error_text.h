// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What happened, in the language of the studio: a sentence for each error code. The engine's own
// message, which names file and field, stands beside it.
#pragma once

#include "engine/contract/result.h"

#include <QString>

namespace app {

// "There is not enough memory." An unknown code is not retyped as a known one.
QString errorSentence(const ::engine::contract::Error& error);
// The message, then the hint, each ending in a full stop: what a message bar writes behind the
// sentence, and what can be copied into a report.
QString errorDetail(const ::engine::contract::Error& error);

} // namespace app
