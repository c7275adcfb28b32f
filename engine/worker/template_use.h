// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The chat template that a verb uses with its model and adapters, and how it is told.
#pragma once

#include "engine/contract/value.h"
#include "engine/text/template_choice.h"

#include <string>
#include <vector>

namespace engine::worker {

// `asked` as data.template; `adapters`: "DIR" or "DIR:scale". Throws Failure as
// text::chooseTemplate.
text::TemplateChoice templateFor(const std::string& asked,
                                 const std::vector<std::string>& adapters,
                                 const text::Tokenizer& tokenizer);

// {name, from}, as answers have it.
contract::Value templateValue(const text::TemplateChoice& choice);
// "plain, as the adapter was trained".
std::string templateText(const text::TemplateChoice& choice);
// A note on stderr where the adapters decided, or could not.
void noteTemplate(const text::TemplateChoice& choice);

} // namespace engine::worker
