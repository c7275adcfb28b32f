// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Pickles, one after the other as older torch files have them. Nothing is run; everything that is
// read can be walked.
#include "engine/tensors/pickle_reader.h"
#include "tests/fuzz/fuzzed.h"

#include <unordered_set>

using namespace engine::tensors;

namespace {

// Values may stand in circles.
void walk(const PickleValue& first)
{
    std::unordered_set<const PickleValue*> seen;
    std::vector<const PickleValue*> next = {&first};
    std::size_t letters = 0;
    while (!next.empty()) {
        const PickleValue* const value = next.back();
        next.pop_back();
        fuzz::require(value != nullptr, "a value that is not there");
        if (seen.insert(value).second) {
            for (const char letter : value->text) {
                letters += static_cast<unsigned char>(letter);
            }
            next.insert(next.end(), value->items.begin(), value->items.end());
        }
    }
    fuzz::require(letters < SIZE_MAX, "texts");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::orRefused([data, size] {
        PickleReader reader(fuzz::textOf(data, size), "fuzzed.bin");
        while (reader.position() < size) {
            const std::size_t before = reader.position();
            walk(reader.read());
            fuzz::require(reader.position() > before && reader.position() <= size, "no step on");
        }
    });
    return 0;
}
