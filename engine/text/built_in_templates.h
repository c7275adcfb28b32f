// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The chat templates that every model can be trained with, and how a run's template goes with it.
#pragma once

#include "engine/text/tokenizer.h"

#include <span>
#include <string>
#include <string_view>

namespace engine::text {

struct BuiltInTemplate
{
    const char* name;
    const char* source; // reads eos_token, which may be empty, and preamble
    bool preamble;
};

std::span<const BuiltInTemplate> builtInTemplates();
// Null when no template is called so.
const BuiltInTemplate* findBuiltInTemplate(std::string_view name);

// The template `name`, as ChatFormat::name() gives it, as a chat_template.jinja for other programs:
// rendered as they do and tokenized without special tokens it gives the ids that were trained.
// Empty for "model", whose folder has it. Failure as readTextFile and readTemplateAt.
std::string templateFile(const Tokenizer& tokenizer, const std::string& name);

} // namespace engine::text
