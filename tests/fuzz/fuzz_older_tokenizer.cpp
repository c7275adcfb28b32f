// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Older forms of tokenizers: a SentencePiece model, or after a first byte of 1 vocab.json and, from
// a NUL byte on, merges.txt.
#include "engine/bridge/tokenizer.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;
using contract::Value;

namespace {

bridge::Tokenizer converted(std::string_view content, const Value& rules)
{
    if (content.front() != 1) {
        return bridge::Tokenizer::fromSentencePiece(
            fuzz::fileOf(content, "tokenizer.model").string(), rules);
    }
    content.remove_prefix(1);
    const std::size_t border = std::min(content.find('\0'), content.size());
    const std::string_view merges = content.substr(std::min(border + 1, content.size()));
    return bridge::Tokenizer::fromVocabulary(
        fuzz::fileOf(content.substr(0, border), "vocab.json").string(),
        fuzz::fileOf(merges, "merges.txt").string(),
        rules);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string_view content = fuzz::textOf(data, size);
    const Value rules = Value::object({{"class", content.front() == 1 ? "GPT2" : "Llama"},
                                       {"add_prefix_space", false},
                                       {"legacy", true},
                                       {"add_bos_token", true},
                                       {"add_eos_token", false},
                                       {"special", Value::Object()},
                                       {"added", Value::List()},
                                       {"extra", Value::List()}});
    fuzz::orRefused(
        [&] {
            const bridge::Tokenizer tokenizer = converted(content, rules);
            const std::vector<int64_t> ids = tokenizer.encode("Once upon a time, 한글", true);
            tokenizer.decode(ids, false);
        },
        fuzz::requireNoPanic);
    return 0;
}
