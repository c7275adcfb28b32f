// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/template_choice.h"

#include "engine/text/built_in_templates.h"
#include "engine/text/chat_template_files.h"

namespace engine::text {

namespace {

namespace fs = std::filesystem;

std::optional<AdapterTemplate> templateIn(const fs::path& folder)
{
    std::error_code none;
    if (!fs::is_directory(folder, none)) {
        return std::nullopt;
    }
    const auto templates = readFolderTemplates(folder.string());
    const auto usual = templates.find(kDefaultTemplate);
    return usual == templates.end() ? std::nullopt
                                    : std::optional(AdapterTemplate{folder, usual->second});
}

// By what it is called where it lies with no adapter.
std::string nameOf(const AdapterTemplate& own, const Tokenizer& tokenizer)
{
    if (own.text == tokenizer.chatTemplate()) {
        return "model";
    }
    for (const BuiltInTemplate& builtIn : builtInTemplates()) {
        if (own.text == templateFile(tokenizer, builtIn.name)) {
            return builtIn.name;
        }
    }
    return own.folder.string();
}

} // namespace

std::optional<AdapterTemplate> adapterTemplate(const fs::path& adapter)
{
    const fs::path folder = adapter.has_filename() ? adapter : adapter.parent_path();
    auto own = templateIn(folder);
    if (!own && folder.parent_path().filename() == "with") {
        own = templateIn(folder.parent_path().parent_path());
    }
    return own;
}

SharedTemplate sharedTemplate(const std::vector<fs::path>& adapters)
{
    SharedTemplate shared;
    for (const fs::path& adapter : adapters) {
        auto own = adapterTemplate(adapter);
        if (own && shared.found && own->text != shared.found->text) {
            return {std::nullopt, true};
        }
        if (own && !shared.found) {
            shared.found = std::move(own);
        }
    }
    return shared;
}

std::string_view nameOf(TemplateOrigin origin)
{
    switch (origin) {
    case TemplateOrigin::Asked:
        return "asked";
    case TemplateOrigin::Adapter:
        return "adapter";
    case TemplateOrigin::Model:
        return "model";
    case TemplateOrigin::Fallback:
        break;
    }
    return "fallback";
}

TemplateChoice chooseTemplate(const std::string& asked,
                              const std::vector<fs::path>& adapters,
                              const Tokenizer& tokenizer)
{
    if (asked != "auto") {
        return {asked, TemplateOrigin::Asked};
    }
    const SharedTemplate shared = sharedTemplate(adapters);
    if (shared.found) {
        return {nameOf(*shared.found, tokenizer), TemplateOrigin::Adapter, shared.found->folder};
    }
    const bool hasOwn = !tokenizer.chatTemplate().empty();
    return {hasOwn ? "model" : "plain",
            hasOwn ? TemplateOrigin::Model : TemplateOrigin::Fallback,
            {},
            shared.isDisputed};
}

} // namespace engine::text
