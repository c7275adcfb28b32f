// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A data section as options of a verb, and the data that it names with its edits.
#pragma once

#include "engine/contract/job.h"
#include "engine/data/dataset.h"
#include "engine/text/renderer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace engine::worker {

struct DataOptions
{
    contract::DataSection section;
    std::vector<std::string> sources; // "PATH" or "PATH:WEIGHT", of verbs that take several
    std::vector<std::string> mix;     // instead: JSON as in data.mix, all of it or one source each
    bool takesSeveral = false;        // one of both has to be there
    std::vector<std::string> map;     // "column=role"
};
// How rows are read and rendered: --format, --encoding, --map, --edits, --template, --mask,
// --truncate, --max-length. `about` is put behind the help texts: " of --data".
void addDataOptions(CLI::App& app, DataOptions& options, const std::string& about = {});
// Of verbs that take several sources: --data, under `name` also as a positional argument, and
// --mix.
void addSourceOptions(CLI::App& app, DataOptions& options, const std::string& name = "--data");
// With the sources, and the columns of --map. Throws Failure(bad_argument, bad_field).
contract::DataSection dataSection(const DataOptions& options);

// "PATH" or "PATH:WEIGHT" arguments; a path that exists as it stands has no weight. Throws
// Failure(bad_argument).
std::vector<contract::MixSource> mixSources(const std::vector<std::string>& arguments);
// Whether they are more than one path: several, or one with a weight.
bool isMixture(const std::vector<contract::MixSource>& sources);

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
