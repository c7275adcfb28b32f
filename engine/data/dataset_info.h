// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// dataset_info.json of LLaMA-Factory: data sets by name, with their columns and tags.
#pragma once

#include "engine/data/columns.h"

#include <optional>
#include <string>

namespace engine::data {

// What an entry calls the members of a message, and the roles.
struct MessageTags
{
    std::string role = "from";
    std::string content = "value";
    std::string user = "human";
    std::string assistant = "gpt";
    std::string observation = "observation";
    std::string function = "function_call";
    std::string system = "system";
};

struct InfoEntry
{
    std::string path;  // of its file or folder
    ColumnRoles roles; // empty: the rows' own names tell
    std::optional<MessageTags> tags;
};

// By its name alone.
bool isDatasetInfo(const std::string& path);

// The dataset_info.json of a folder that has no train files of its own, else "".
std::string datasetInfoIn(const std::string& folder);

// The entry `name`, or the only one whose file is there when `name` is "". Throws Failure: kBadData
// for a file that is none, or an unknown or ambiguous name (the entries are listed); kUnsupported
// for entries that are downloaded, made by a script, or hold pictures.
InfoEntry readDatasetInfo(const std::string& path, const std::string& name);

// `value`, a list of messages or one message, with the names that turns.h knows.
Value untagged(const Value& value, const MessageTags& tags);

} // namespace engine::data
