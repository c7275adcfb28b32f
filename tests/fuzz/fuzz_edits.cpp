// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Edits of data files: taken whole or refused with a line; what is taken applies to any row.
#include "engine/data/edits.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine::data;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto path = fuzz::fileOf(fuzz::textOf(data, size), "edits.jsonl");
    fuzz::orRefused([&] {
        const Edits edits = Edits::load(path.string());
        EditTally tally(&edits);
        for (const auto& [digest, edit] : edits.rows()) {
            fuzz::require(edits.find(digest) == &edit, "an edit that is not found");
            fuzz::require(edit.line > 0, "an edit without a line");
            tally.next(digest);
            for (const Value& row : {Value(), Value::object({{"output", "old"}, {"note", 1}})}) {
                try {
                    fuzz::require(edit.applied(row).isObject(), "a row that is no object");
                } catch (const RowError& error) {
                    fuzz::require(!error.code.empty() && !error.reason.empty(), "no words");
                }
            }
        }
    });
    return 0;
}
