// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// LLaMA-Factory's dataset_info.json: each entry is taken or refused in words, and what is taken
// maps any row.
#include "engine/data/dataset_info.h"
#include "tests/fuzz/fuzzed.h"

#include <vector>

using namespace engine;
using contract::Value;

namespace {

void requireMapped(const data::InfoEntry& entry)
{
    const Value said = Value::object({{"from", "human"}, {"value", "Q"}, {"speaker", 1}});
    const Value row = Value::object({{"instruction", "I"},
                                     {"q", Value::List{said}},
                                     {"conversations", Value::List{said, "text"}},
                                     {"weight", 0}});
    if (entry.tags) {
        const Value known = data::untagged(row["conversations"], *entry.tags);
        fuzz::require(known.toList().size() == 2, "another number of messages");
    }
    data::Remarks remarks;
    try {
        data::checkRoles(entry.roles);
        fuzz::require(data::rowByRoles(row, entry.roles, remarks).isObject(), "no object");
    } catch (const data::RowError& error) {
        fuzz::require(!error.code.empty() && !error.reason.empty(), "no words");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t kEnough = 16;
    const std::string_view text = fuzz::textOf(data, size);
    const std::string path = fuzz::fileOf(text, "dataset_info.json").string();
    fuzz::fileOf("[]", "plain.json");
    std::vector<std::string> names = {"", "plain"};
    if (const auto parsed = contract::parseJson(text)) {
        for (const auto& [name, entry] : parsed.value().toObject()) {
            if (names.size() < kEnough) {
                names.push_back(name);
            }
        }
    }
    for (const std::string& name : names) {
        fuzz::orRefused([&] {
            const data::InfoEntry entry = data::readDatasetInfo(path, name);
            fuzz::require(!entry.path.empty(), "an entry without a file");
            requireMapped(entry);
        });
    }
    return 0;
}
