// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The chat templates of a model folder, from whichever of its files hold them.
#pragma once

#include "engine/contract/value.h"

#include <map>
#include <string>

namespace engine::text {

inline constexpr const char* kDefaultTemplate = "default"; // the name of the usual one
inline constexpr const char* kToolTemplate = "tool_use";   // of that for conversations with tools

// Templates by name; "default" is the usual one. As in transformers: chat_template.jinja and
// additional_chat_templates/*.jinja stand instead of all that tokenizer_config.json holds (one
// text, a list of {name, template} or an object); chat_template.json, which older folders of
// several kinds of input carry, counts only where neither has any. Failure kBadFile or kUnreadable
// names the file.
std::map<std::string, std::string> readChatTemplates(const std::string& folder,
                                                     const contract::Value& tokenizerConfig);
// The same of a folder whose tokenizer_config.json has not been read. Empty without any.
std::map<std::string, std::string> readFolderTemplates(const std::string& folder);
// The templates at `path`: a file with one, or a folder as above. Failure kNotFound, kUnreadable or
// kBadFile names the file, kBadTemplate a folder without a usual one.
std::map<std::string, std::string> readTemplateAt(const std::string& path);

} // namespace engine::text
