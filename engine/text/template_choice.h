// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Which chat template counts: the one that is asked for, else the one an adapter was trained with,
// else the model's own, else plain. The one place that decides, for training, playground and
// export.
#pragma once

#include "engine/text/tokenizer.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::text {

// The template that lies with an adapter.
struct AdapterTemplate
{
    std::filesystem::path folder; // that holds it
    std::string text;             // Jinja
};

// The usual template in the adapter's folder (chat_template.jinja, or as other programs leave it
// there), of a folder in with/ that of the adapter it was trained with; nothing without any, and of
// an adapter that is a file. Failure as readChatTemplates.
std::optional<AdapterTemplate> adapterTemplate(const std::filesystem::path& adapter);

// The one template of several adapters: those without one do not count.
struct SharedTemplate
{
    std::optional<AdapterTemplate> found; // nothing without any, and where two are different
    bool isDisputed = false;              // two are different
};
SharedTemplate sharedTemplate(const std::vector<std::filesystem::path>& adapters);

enum class TemplateOrigin {
    Asked,    // by its name
    Adapter,  // it lies with the adapter
    Model,    // the model's own
    Fallback, // plain, because nobody has one
};
// "asked", "adapter", "model", "fallback": permanent.
std::string_view nameOf(TemplateOrigin origin);

struct TemplateChoice
{
    std::string name; // as RenderSettings::templateName takes it; never "auto"
    TemplateOrigin origin = TemplateOrigin::Fallback;
    std::filesystem::path adapter = {}; // whose folder holds it, of TemplateOrigin::Adapter
    bool isDisputed = false; // adapters have different ones, so that none of theirs was taken
};

// `asked` as data.template, "auto" = choose; `adapters`: folders or files, without weights. A
// template of an adapter that is a built-in one, or the model's own, is called by that name.
// Failure as readChatTemplates.
TemplateChoice chooseTemplate(const std::string& asked,
                              const std::vector<std::filesystem::path>& adapters,
                              const Tokenizer& tokenizer);

} // namespace engine::text
