// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The note beside the tokens of a source: taken, and then everything that a start says of its data
// can be said, or no note.
#include "engine/worker/prepared_note.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    objectives::TokenStoreWriter writer;
    for (const int64_t id : {1, 2}) {
        text::TokenSample sample;
        sample.ids = {id};
        sample.mask = {1};
        writer.add(sample);
    }
    const auto store = writer.finish(fuzz::textOf(data, size));
    data::Source source;
    source.files.files = {"/data/now.jsonl"};
    static const data::Edits edits = data::Edits::load(
        fuzz::fileOf(R"({"sha256":")" + std::string(64, 'a') + R"(","delete":true})", "edits.jsonl")
            .string());
    const auto found = worker::fromPreparedNote(store, source, "/data/now.jsonl", &edits);
    if (found) {
        constexpr int64_t kMaximumLength = 512;
        fuzz::require(found->isCached && found->samples == store, "not of these tokens");
        fuzz::require(found->dataset.matchedEdits.size() <= edits.rows().size(),
                      "edits that are none");
        fuzz::require(found->tally.lengths(kMaximumLength)["samples"].toInteger() == 2,
                      "another number of samples");
        fuzz::require(found->tally.findings().isObject(), "findings that are none");
        fuzz::require(!worker::preparedNote(*found, source, &edits).empty(), "no note of it");
    }
    return 0;
}
