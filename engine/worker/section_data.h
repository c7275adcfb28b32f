// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A data section as options of a verb, and the data that it names with its edits.
#pragma once

#include "engine/contract/job.h"
#include "engine/data/dataset.h"
#include "engine/text/renderer.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine::worker {

struct DataOptions
{
    contract::DataSection section;
    std::vector<std::string> map; // "column=role"
};
// How rows are read and rendered: --format, --map, --edits, --template, --mask,
// --truncate,
// --max-length. `about` is put behind the help texts: " of --data".
void addDataOptions(CLI::App& app, DataOptions& options, const std::string& about = {});
// With the columns of --map. Throws Failure(bad_argument).
contract::DataSection dataSection(const DataOptions& options);

// "column=role" arguments. Throws Failure(bad_argument).
std::map<std::string, std::string> columnRoles(const std::vector<std::string>& arguments);

// With the edits read. Throws Failure as data::Edits::load.
data::LoadSettings loadSettings(const contract::DataSection& section);
// Throws Failure as data::loadDataset.
data::Dataset loadData(const contract::DataSection& section);
// As data::loadDataset; a large file that this process has read before and that is unchanged is
// read only around the rows that are kept.
data::Dataset loadPage(const std::string& path, const data::LoadSettings& settings);
text::RenderSettings renderSettings(const contract::DataSection& section);

// {sha256, changed, deleted, unmatched[{line, sha256}]} of the edits over all of `datasets`; null
// without edits.
contract::Value editsValue(const std::shared_ptr<const data::Edits>& edits,
                           const std::vector<const data::Dataset*>& datasets);

} // namespace engine::worker
