// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset_info.h"

#include "engine/contract/suggest.h"
#include "engine/data/refusal.h"
#include "engine/device/files.h"

#include <filesystem>
#include <utility>
#include <vector>

namespace engine::data {

namespace fs = std::filesystem;

namespace {

// LLaMA-Factory's names of columns → roles.
constexpr std::pair<std::string_view, std::string_view> kColumns[] = {
    {"query", "input"},
    {"response", "completion"},
    {"history", "history"},
    {"messages", "messages"},
    {"system", "system"},
    {"tools", "tools"},
    {"chosen", "chosen"},
    {"rejected", "rejected"},
    {"kto_tag", "label"},
};
constexpr std::string_view kMedia[] = {"images", "videos", "audios"};
constexpr std::string_view kElsewhere[] = {
    "hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name"};

std::string fileOf(const std::string& info, const Value& entry)
{
    const std::string& name = entry["file_name"].toString();
    return name.empty() ? name : (fs::path(info).parent_path() / name).string();
}

bool isThere(const std::string& info, const Value& entry)
{
    std::error_code ignored;
    const std::string file = fileOf(info, entry);
    return !file.empty() && fs::exists(file, ignored);
}

const Value::Member&
entryNamed(const std::string& path, const Value::Object& entries, const std::string& name)
{
    std::vector<std::string> all;
    std::vector<std::string> local;
    const Value::Member* only = nullptr;
    for (const Value::Member& entry : entries) {
        all.push_back(entry.first);
        if (entry.first == name) {
            return entry;
        }
        if (isThere(path, entry.second)) {
            local.push_back(entry.first);
            only = &entry;
        }
    }
    if (!name.empty()) {
        throw refusal(code::kBadData,
                      path,
                      0,
                      "no data set is called " + name,
                      contract::suggestion(name, local.empty() ? all : local, "data sets"));
    }
    if (local.size() != 1) {
        throw refusal(code::kBadData,
                      path,
                      0,
                      local.empty() ? "no data set of this file lies beside it"
                                    : "several data sets lie beside this file",
                      "Name one as dataset_info.json#name: "
                          + contract::joined(local.empty() ? all : local));
    }
    return *only;
}

void requireReadable(const std::string& path, const Value::Member& entry)
{
    const auto refuse = [&](const std::string& reason) {
        return refusal(code::kUnsupported,
                       path,
                       0,
                       "the data set " + entry.first + " " + reason,
                       "Put its file beside dataset_info.json and name it as file_name");
    };
    for (const std::string_view key : kElsewhere) {
        if (!entry.second[key].toString().empty() && !isThere(path, entry.second)) {
            throw refuse("is downloaded or made by a script (" + std::string(key) + ")");
        }
    }
    if (entry.second["file_name"].toString().empty()) {
        throw refuse("has no file_name");
    }
    for (const std::string_view media : kMedia) {
        if (!entry.second["columns"][media].isNull()) {
            throw refuse("holds " + std::string(media) + "; only text is read");
        }
    }
}

ColumnRoles rolesOf(const Value& columns)
{
    ColumnRoles roles;
    for (const auto& [key, role] : kColumns) {
        if (columns[key].isString()) {
            roles[columns[key].toString()] = role;
        }
    }
    // A prompt alone is text to go on with.
    const bool isAlone = roles.empty();
    if (columns["prompt"].isString()) {
        roles[columns["prompt"].toString()] = isAlone ? "text" : "prompt";
    }
    return roles;
}

MessageTags tagsOf(const Value& tags)
{
    MessageTags named;
    for (const auto& [key, target] : {std::pair("role_tag", &named.role),
                                      std::pair("content_tag", &named.content),
                                      std::pair("user_tag", &named.user),
                                      std::pair("assistant_tag", &named.assistant),
                                      std::pair("observation_tag", &named.observation),
                                      std::pair("function_tag", &named.function),
                                      std::pair("system_tag", &named.system)}) {
        if (tags[key].isString()) {
            *target = tags[key].toString();
        }
    }
    return named;
}

Value untaggedMessage(const Value& message, const MessageTags& tags)
{
    if (!message.contains(tags.role)) {
        return message;
    }
    const std::string& role = message[tags.role].toString();
    const std::pair<const std::string*, std::string_view> names[] = {
        {&tags.user, "user"},
        {&tags.assistant, "assistant"},
        {&tags.observation, "tool"},
        {&tags.function, "function_call"},
        {&tags.system, "system"},
    };
    Value result = Value::Object();
    for (const auto& [key, value] : message.toObject()) {
        if (key == tags.role) {
            Value known = value;
            for (const auto& [name, meaning] : names) {
                known = role == *name ? Value(meaning) : known;
            }
            result.set("role", std::move(known));
        } else {
            result.set(key == tags.content ? "content" : key, value);
        }
    }
    return result;
}

} // namespace

bool isDatasetInfo(const std::string& path)
{
    return fs::path(path).filename() == "dataset_info.json";
}

std::string datasetInfoIn(const std::string& folder)
{
    std::error_code ignored;
    const fs::path info = fs::path(folder) / "dataset_info.json";
    if (!fs::is_directory(folder, ignored) || !fs::is_regular_file(info, ignored)) {
        return {};
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().filename().string().starts_with("train.")) {
            return {};
        }
    }
    return info.string();
}

InfoEntry readDatasetInfo(const std::string& path, const std::string& name)
{
    auto parsed = contract::parseJson(device::readFile(path));
    if (!parsed || !parsed.value().isObject()) {
        throw refusal(code::kBadData,
                      path,
                      0,
                      parsed ? "no object of data sets" : parsed.error().message,
                      "LLaMA-Factory's dataset_info.json maps names to data sets");
    }
    const Value::Member& entry = entryNamed(path, parsed.value().toObject(), name);
    requireReadable(path, entry);
    InfoEntry info;
    info.path = fileOf(path, entry.second);
    info.roles = rolesOf(entry.second["columns"]);
    if (!entry.second["tags"].isNull()) {
        info.tags = tagsOf(entry.second["tags"]);
    }
    return info;
}

Value untagged(const Value& value, const MessageTags& tags)
{
    if (!value.isList()) {
        return untaggedMessage(value, tags);
    }
    Value result = Value::List();
    for (const Value& message : value.toList()) {
        result.append(untaggedMessage(message, tags));
    }
    return result;
}

} // namespace engine::data
