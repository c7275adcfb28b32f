// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/chat_template_files.h"

#include "engine/text/text_file.h"

#include <filesystem>
#include <system_error>

namespace engine::text {

namespace {

namespace fs = std::filesystem;
using contract::Value;
using Templates = std::map<std::string, std::string>;

constexpr const char* kDefault = "default";

// What a chat_template field holds.
Templates templatesOf(const Value& field)
{
    Templates templates;
    if (field.isString()) {
        templates[kDefault] = field.toString();
    }
    for (const auto& named : field.toList()) {
        templates[named["name"].toString()] = named["template"].toString();
    }
    for (const auto& [name, source] : field.toObject()) {
        templates[name] = source.toString();
    }
    return templates;
}

} // namespace

Templates readChatTemplates(const std::string& folder, const Value& tokenizerConfig)
{
    Templates templates;
    std::error_code none;
    for (const auto& entry :
         fs::directory_iterator(fs::path(folder) / "additional_chat_templates", none)) {
        if (entry.path().extension() == ".jinja") {
            templates[entry.path().stem().string()] = readTextFile(entry.path().string());
        }
    }
    const auto file = fs::path(folder) / "chat_template.jinja";
    if (fs::exists(file)) {
        templates.try_emplace(kDefault, readTextFile(file.string()));
    }
    auto configured = templatesOf(tokenizerConfig["chat_template"]);
    if (configured.empty()) {
        const auto legacy = readJsonFile((fs::path(folder) / "chat_template.json").string());
        configured = templatesOf(legacy["chat_template"]);
    }
    if (templates.empty()) {
        return configured;
    }
    // Files that name no usual template leave it to the configuration.
    if (const auto usual = configured.find(kDefault);
        usual != configured.end() && !templates.contains(kDefault)) {
        templates.insert(*usual);
    }
    return templates;
}

} // namespace engine::text
