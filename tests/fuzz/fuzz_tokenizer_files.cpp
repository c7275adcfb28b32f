// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What stands beside a tokenizer: tokenizer_config.json, special_tokens_map.json,
// generation_config.json, added_tokens.json and chat_template.jinja, one after the other.
#include "engine/text/tokenizer.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::fileOf(
        R"({"version":"1.0","added_tokens":[{"id":3,"content":"<s>","single_word":false,)"
        R"("lstrip":false,"rstrip":false,"normalized":false,"special":true}],"normalizer":null,)"
        R"("pre_tokenizer":null,"post_processor":null,"decoder":null,"model":{"type":"BPE",)"
        R"("vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}})",
        "tokenizer/tokenizer.json");
    std::string_view rest = fuzz::textOf(data, size);
    for (const char* name : {"tokenizer_config.json",
                             "special_tokens_map.json",
                             "generation_config.json",
                             "added_tokens.json",
                             "chat_template.jinja"}) {
        const auto path = fuzz::fileOf(fuzz::nextFile(rest), std::string("tokenizer/") + name);
        if (std::filesystem::is_empty(path)) {
            std::filesystem::remove(path);
        }
    }
    fuzz::orRefused([] {
        const text::Tokenizer tokenizer =
            text::Tokenizer::load((fuzz::Folder::path() / "tokenizer").string());
        fuzz::require(tokenizer.specialTokens().isObject(), "no special tokens");
        int64_t last = -1;
        for (const int64_t id : tokenizer.stopIds()) {
            fuzz::require(id > last && tokenizer.isStop(id), "ids to stop at are not in order");
            last = id;
        }
        fuzz::require(tokenizer.encode("ab").size() <= 3, "more tokens than the text has");
        tokenizer.chatTemplate(true);
        tokenizer.chatTemplate(false);
    });
    return 0;
}
