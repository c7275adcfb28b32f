// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Data files to records, of every ending (the first byte chooses it). Read in windows of any size,
// the same records and the same report come out.
#include "engine/data/dataset.h"
#include "tests/fuzz/fuzzed.h"

#include <array>
#include <optional>

using namespace engine;

namespace {

constexpr std::array<const char*, 8> kEndings = {
    "jsonl", "json", "txt", "csv", "tsv", "md", "parquet", "jsonl.gz"};

std::string said(const std::vector<data::Problem>& problems)
{
    std::string all;
    for (const data::Problem& problem : problems) {
        fuzz::require(!problem.code.empty() && !problem.message.empty(), "a report without words");
        all += std::to_string(problem.line) + problem.code + problem.message + '\n';
    }
    return all;
}

std::optional<data::Dataset> loaded(const std::string& path, std::size_t windowBytes)
{
    std::optional<data::Dataset> dataset;
    fuzz::orRefused([&] {
        data::LoadSettings settings;
        settings.windowBytes = windowBytes;
        dataset = data::loadDataset(path, settings);
    });
    return dataset;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    if (size < 1) {
        return 0;
    }
    const std::string name = std::string("fuzzed.") + kEndings[bytes[0] % kEndings.size()];
    const std::string path = fuzz::fileOf(fuzz::textOf(bytes + 1, size - 1), name).string();
    const std::optional<data::Dataset> whole = loaded(path, std::size_t{1} << 20);
    if (!whole) {
        return 0;
    }
    fuzz::require(whole->good == static_cast<int64_t>(whole->records.size()), "good rows and kept");
    fuzz::require(whole->rows == whole->good + static_cast<int64_t>(whole->dropped.size()),
                  "rows are neither good nor dropped");
    const std::optional<data::Dataset> narrow = loaded(path, 64);
    fuzz::require(narrow.has_value(), "refused in narrow windows");
    fuzz::require(whole->rows == narrow->rows && whole->good == narrow->good
                      && whole->columns == narrow->columns && whole->sha256 == narrow->sha256,
                  "another dataset in narrow windows");
    fuzz::require(said(whole->dropped) == said(narrow->dropped), "another report of dropped rows");
    return 0;
}
