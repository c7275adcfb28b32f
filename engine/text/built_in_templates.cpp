// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/text/built_in_templates.h"

#include "engine/text/chat_template_files.h"

#include <array>

namespace engine::text {

namespace {

constexpr const char* kNone = R"({%- for message in messages -%}
    {{- message.content ~ (eos_token if message.role == 'assistant' else '') -}}
{%- endfor -%})";

// Plain, and with `preamble` the prompt of Stanford Alpaca; a system turn takes the preamble's
// place.
constexpr const char* kInstruction = R"({%- for message in messages -%}
    {%- if preamble and loop.first and message.role != 'system' -%}
        {{- 'Below is an instruction that describes a task' -}}
        {{- ', paired with an input that provides further context' if message.input else '' -}}
        {{- '. Write a response that appropriately completes the request.\n\n' -}}
    {%- endif -%}
    {%- if message.role == 'assistant' -%}
        {{- '### Response:\n' ~ message.content ~ eos_token ~ ('' if loop.last else '\n\n') -}}
    {%- elif message.role == 'system' -%}
        {{- message.content ~ '\n\n' -}}
    {%- else -%}
        {{- '### Instruction:\n' ~ message.content ~ '\n\n' -}}
        {{- '### Input:\n' ~ message.input ~ '\n\n' if message.input else '' -}}
    {%- endif -%}
{%- endfor -%}
{{- '### Response:\n' if add_generation_prompt else '' -}})";

constexpr const char* kChatMl = R"({%- for message in messages -%}
    {{- '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' -}}
{%- endfor -%}
{{- '<|im_start|>assistant\n' if add_generation_prompt else '' -}})";

constexpr std::array kBuiltIns = {
    BuiltInTemplate{"none", kNone, false},
    BuiltInTemplate{"plain", kInstruction, false},
    BuiltInTemplate{"alpaca", kInstruction, true},
    BuiltInTemplate{"chatml", kChatMl, false},
};

} // namespace

std::span<const BuiltInTemplate> builtInTemplates()
{
    return kBuiltIns;
}

const BuiltInTemplate* findBuiltInTemplate(std::string_view name)
{
    for (const BuiltInTemplate& builtIn : kBuiltIns) {
        if (name == builtIn.name) {
            return &builtIn;
        }
    }
    return nullptr;
}

std::string templateFile(const Tokenizer& tokenizer, const std::string& name)
{
    if (name == "model") {
        return {};
    }
    const BuiltInTemplate* builtIn = findBuiltInTemplate(name);
    if (builtIn == nullptr) {
        return readTemplateAt(name)[kDefaultTemplate];
    }
    // What ChatFormat and the tokenizer's rule add here.
    const std::vector<int64_t> empty = tokenizer.encode("");
    const bool ruleBeginsWithBos = !empty.empty() && tokenizer.bosId() == empty.front();
    return std::string("{%- set preamble = ") + (builtIn->preamble ? "true" : "false") + " -%}\n"
           + (ruleBeginsWithBos ? "{{- bos_token -}}\n" : "") + builtIn->source + "\n";
}

} // namespace engine::text
