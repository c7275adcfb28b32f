// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/chat_template_files.h"

#include "engine/device/failure.h"
#include "engine/text/text_file.h"

#include <filesystem>
#include <system_error>

namespace engine::text {

namespace {

namespace fs = std::filesystem;
using contract::Value;
using Templates = std::map<std::string, std::string>;

// What a chat_template field holds.
Templates templatesOf(const Value& field)
{
    Templates templates;
    if (field.isString()) {
        templates[kDefaultTemplate] = field.toString();
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
        templates.try_emplace(kDefaultTemplate, readTextFile(file.string()));
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
    if (const auto usual = configured.find(kDefaultTemplate);
        usual != configured.end() && !templates.contains(kDefaultTemplate)) {
        templates.insert(*usual);
    }
    return templates;
}

Templates readFolderTemplates(const std::string& folder)
{
    return readChatTemplates(folder,
                             readJsonFile((fs::path(folder) / "tokenizer_config.json").string()));
}

Templates readTemplateAt(const std::string& path)
{
    std::error_code none;
    if (!fs::is_directory(path, none)) {
        return {{kDefaultTemplate, readTextFile(path)}};
    }
    Templates templates = readFolderTemplates(path);
    if (!templates.contains(kDefaultTemplate)) {
        throw Failure(code::kBadTemplate,
                      path + " holds no chat template",
                      "Give a template file, or a folder with chat_template.jinja.",
                      path);
    }
    return templates;
}

} // namespace engine::text
