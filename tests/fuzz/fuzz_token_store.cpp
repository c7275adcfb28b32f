// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Files of the token cache, their checksum made right so that everything behind it is reached:
// every sample that is told of can be read.
#include "engine/device/sha256.h"
#include "engine/objectives/token_store.h"
#include "tests/fuzz/fuzzed.h"

#include <cstring>

using namespace engine;

namespace {

// As docs/formats.md has it: of the head, the three counts, and all between the tokens and the
// foot.
void mendChecksum(std::string& file)
{
    constexpr std::size_t kHead = 16;
    constexpr std::size_t kCounts = 24;
    constexpr std::size_t kFoot = 64;
    if (file.size() < kHead + kFoot) {
        return;
    }
    const std::size_t foot = file.size() - kFoot;
    std::uint64_t tokens = 0;
    std::memcpy(&tokens, file.data() + foot, sizeof tokens);
    if (tokens > file.size() / 4) {
        return;
    }
    const std::size_t table = (kHead + 4 * tokens + 7) / 8 * 8;
    if (table > foot) {
        return;
    }
    device::Sha256 hash;
    hash.update(std::string_view(file).substr(0, kHead));
    hash.update(std::string_view(file).substr(foot, kCounts));
    hash.update(std::string_view(file).substr(table, foot - table));
    const device::Sha256::Digest digest = hash.digest();
    std::memcpy(file.data() + foot + kCounts, digest.data(), digest.size());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string content(fuzz::textOf(data, size));
    mendChecksum(content);
    const auto path = fuzz::fileOf(content, "fuzzed.tokens");
    fuzz::orRefused([&] {
        const auto store = objectives::TokenStore::open(path);
        fuzz::require(store->note().size() <= size, "a note longer than the file");
        int64_t tokens = 0;
        for (int64_t i = 0; i < store->size(); ++i) {
            const text::TokenSample sample = store->sample(i);
            fuzz::require(static_cast<int64_t>(sample.ids.size()) == store->length(i)
                              && sample.mask.size() == sample.ids.size(),
                          "another number of tokens");
            fuzz::require(store->trainedTokens(i) >= 0, "a negative number of tokens");
            tokens += store->length(i);
        }
        fuzz::require(tokens == store->tokens(), "tokens of no sample");
    });
    return 0;
}
