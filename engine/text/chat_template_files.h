// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The chat templates of a model folder, from whichever of its files hold them.
#pragma once

#include "engine/contract/value.h"

#include <map>
#include <string>

namespace engine::text {

// Templates by name; "default" is the usual one. As in transformers: chat_template.jinja and
// additional_chat_templates/*.jinja stand instead of all that tokenizer_config.json holds (one
// text, a list of {name, template} or an object); chat_template.json, which older folders of
// several kinds of input carry, counts only where neither has any. Failure kBadFile or kUnreadable
// names the file.
std::map<std::string, std::string> readChatTemplates(const std::string& folder,
                                                     const contract::Value& tokenizerConfig);

} // namespace engine::text
