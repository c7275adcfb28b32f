// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/template_use.h"

#include "engine/adapters/loaded_adapter.h"

#include <cstdio>

namespace engine::worker {

using contract::Value;
using text::TemplateOrigin;

text::TemplateChoice templateFor(const std::string& asked,
                                 const std::vector<std::string>& adapters,
                                 const text::Tokenizer& tokenizer)
{
    std::vector<std::filesystem::path> paths;
    for (const std::string& adapter : adapters) {
        paths.push_back(adapters::parseAdapterArgument(adapter).path);
    }
    return text::chooseTemplate(asked, paths, tokenizer);
}

Value templateValue(const text::TemplateChoice& choice)
{
    return Value::object({{"name", choice.name}, {"from", text::nameOf(choice.origin)}});
}

std::string templateText(const text::TemplateChoice& choice)
{
    const bool isOwn = choice.name == "model";
    switch (choice.origin) {
    case TemplateOrigin::Asked:
        return choice.name + ", as asked";
    case TemplateOrigin::Adapter:
        return isOwn ? "the model's own, as the adapter was trained"
               : choice.name == choice.adapter.string()
                   ? "the adapter's own, " + choice.name
                   : choice.name + ", as the adapter was trained";
    case TemplateOrigin::Model:
        return choice.isDisputed
                   ? "the model's own, because the adapters were trained with different ones"
                   : "the model's own";
    case TemplateOrigin::Fallback:
        break;
    }
    return choice.isDisputed
               ? choice.name + ", because the adapters were trained with different ones"
               : choice.name + ", because the model has none";
}

void noteTemplate(const text::TemplateChoice& choice)
{
    if (choice.origin == TemplateOrigin::Adapter || choice.isDisputed) {
        std::fprintf(stderr, "note: chat template: %s\n", templateText(choice).c_str());
    }
}

} // namespace engine::worker
