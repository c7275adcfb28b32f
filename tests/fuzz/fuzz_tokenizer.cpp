// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// tokenizer.json: what is taken encodes any text into ids of its own, and decodes them.
#include "engine/bridge/tokenizer.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto path = fuzz::fileOf(fuzz::textOf(data, size), "tokenizer.json");
    fuzz::orRefused([&] {
        const bridge::Tokenizer tokenizer = bridge::Tokenizer::fromFile(path.string());
        for (const std::string text :
             {"", "Once upon a time, 한글 <s>", "a  b\n\t\xF0\x9F\x98\x80"}) {
            fuzz::orRefused([&] {
                const bridge::Encoding encoding = tokenizer.encodeWithOffsets(text, true);
                for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
                    fuzz::require(encoding.begins[i] <= encoding.ends[i]
                                      && encoding.ends[i] <= text.size(),
                                  "a token outside the text");
                }
                tokenizer.decode(encoding.ids, false);
            });
        }
        tokenizer.json();
    });
    return 0;
}
