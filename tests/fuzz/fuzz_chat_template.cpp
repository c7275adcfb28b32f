// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Chat templates: an untrusted one is refused, raises, or renders in bounded time and memory.
#include "engine/bridge/chat_template.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::string_view kMessages =
        R"([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi <b>"},)"
        R"( {"role": "assistant", "content": "안녕", "tool_calls": [{"function": {"name": "f",)"
        R"( "arguments": {"x": 1.5}}}]}])";
    constexpr std::string_view kTools =
        R"([{"type": "function", "function": {"name": "f", "parameters": {"a": [1, null]}}}])";
    constexpr std::string_view kVariables = R"({"bos_token": "<s>", "eos_token": "</s>"})";
    fuzz::orRefused(
        [&] {
            const auto chat =
                bridge::ChatTemplate::compile(fuzz::textOf(data, size), "fuzzed template");
            for (const bridge::ChatEnd end :
                 {bridge::ChatEnd::GenerationPrompt, bridge::ChatEnd::OpenMessage}) {
                fuzz::orRefused(
                    [&] {
                        const bridge::RenderedChat rendered =
                            chat.render(kMessages, kTools, kVariables, end);
                        for (const auto& span : rendered.generations) {
                            fuzz::require(span.begin <= span.end
                                              && span.end <= rendered.text.size(),
                                          "a marked part outside the text");
                        }
                    },
                    fuzz::requireNoPanic);
            }
        },
        fuzz::requireNoPanic);
    return 0;
}
