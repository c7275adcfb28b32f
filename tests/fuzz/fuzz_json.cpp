// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// JSON: the quick reader agrees with the library, and what is written reads back.
#include "engine/contract/json_reader.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine::contract;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = fuzz::textOf(data, size);
    const Result<Value> read = parseJsonByLibrary(text);
    if (const std::optional<Value> plain = readPlainJson(text)) {
        fuzz::require(read.ok(), "the quick reader takes what the library refuses");
        fuzz::require(*plain == read.value(), "the quick reader has another value");
    }
    if (!read) {
        fuzz::requireWords(read.error());
        return 0;
    }
    const std::string written = toJson(read.value());
    const Result<Value> again = parseJson(written);
    fuzz::require(again.ok(), "what was written is no JSON");
    fuzz::require(again.value() == read.value(), "what was written reads back as another value");
    fuzz::require(toJson(again.value()) == written, "the same value is written in two ways");
    return 0;
}
