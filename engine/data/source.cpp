// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/source.h"

#include "engine/device/sha256.h"

#include <filesystem>

namespace engine::data {

namespace {

Value rolesValue(const ColumnRoles& roles)
{
    Value value = Value::Object();
    for (const auto& [column, role] : roles) {
        value.set(column, role);
    }
    return value;
}

Value infoValue(const InfoEntry& info)
{
    Value value = Value::object({{"roles", rolesValue(info.roles)}});
    if (info.tags) {
        const MessageTags& tags = *info.tags;
        value.set("tags",
                  Value::List{tags.role,
                              tags.content,
                              tags.user,
                              tags.assistant,
                              tags.observation,
                              tags.function,
                              tags.system});
    }
    return value;
}

} // namespace

Source sourceOf(const std::string& argument)
{
    DataPath path = dataPathOf(argument);
    Source source;
    if (const std::string info = datasetInfoIn(path.path); !info.empty()) {
        path.path = info;
    }
    if (isDatasetInfo(path.path)) {
        source.info = readDatasetInfo(path.path, path.part);
        path = {source.info->path, {}};
    }
    source.files = dataFilesOf(path);
    return source;
}

uint64_t bytesOf(const DataFiles& files)
{
    uint64_t bytes = 0;
    for (const std::string& file : files.files) {
        std::error_code ignored;
        const auto size = std::filesystem::file_size(file, ignored);
        bytes += ignored ? 0 : size;
    }
    return bytes;
}

std::string contentHash(const DataFiles& files, const std::vector<std::string>& hashes)
{
    std::string all;
    for (const std::string& hash : hashes) {
        all += hash;
    }
    return hashes.size() > 1 || !files.part.empty() ? device::sha256Hex(all + files.part) : all;
}

std::string rowsKey(const Source& source, const LoadSettings& settings)
{
    Value extensions = Value::List();
    for (const std::string& file : source.files.files) {
        extensions.append(extensionOf(file));
    }
    return toJson(
        Value::object({{"extensions", extensions},
                       {"part", source.files.part},
                       {"info", source.info ? infoValue(*source.info) : Value()},
                       {"format", settings.format},
                       {"encoding", settings.encoding},
                       {"columns", rolesValue(settings.columns)},
                       {"edits", settings.edits ? Value(settings.edits->sha256()) : Value()}}));
}

} // namespace engine::data
