// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/joined_report.h"

#include "engine/device/sha256.h"

#include <algorithm>

namespace engine::data {

namespace {

void addName(std::string& names, const std::string& name)
{
    if (names.find(name) == std::string::npos) {
        names += (names.empty() ? "" : ", ") + name;
    }
}

template <typename Key>
void addCounts(std::map<Key, int64_t>& all, const std::map<Key, int64_t>& more)
{
    for (const auto& [key, count] : more) {
        all[key] += count;
    }
}

void add(Dataset& all, const Dataset& source)
{
    addName(all.path, source.path);
    addName(all.encoding, source.encoding);
    all.rows += source.rows;
    all.good += source.good;
    all.unedited += source.unedited;
    all.changed += source.changed;
    all.deleted += source.deleted;
    addCounts(all.droppedByCode, source.droppedByCode);
    addCounts(all.rowsByFormat, source.rowsByFormat);
    const std::size_t room = kMostListed - std::min(kMostListed, all.dropped.size());
    const auto count = static_cast<std::ptrdiff_t>(std::min(room, source.dropped.size()));
    all.dropped.insert(all.dropped.end(), source.dropped.begin(), source.dropped.begin() + count);
    all.notices.insert(all.notices.end(), source.notices.begin(), source.notices.end());
    for (const std::string& column : source.columns) {
        if (std::find(all.columns.begin(), all.columns.end(), column) == all.columns.end()) {
            all.columns.push_back(column);
        }
    }
    all.roles.insert(source.roles.begin(), source.roles.end());
    all.examples.insert(source.examples.begin(), source.examples.end());
}

} // namespace

Dataset joinedReport(const std::vector<const Dataset*>& sources)
{
    Dataset all;
    std::string hashes;
    for (const Dataset* source : sources) {
        add(all, *source);
        hashes += source->sha256;
    }
    if (sources.size() == 1) {
        all.sha256 = hashes;
        all.preset = sources.front()->preset;
        all.format = sources.front()->format;
        return all;
    }
    all.sha256 = device::sha256Hex(hashes);
    const auto most =
        std::max_element(all.rowsByFormat.begin(),
                         all.rowsByFormat.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    all.format = most == all.rowsByFormat.end() ? "" : most->first;
    return all;
}

} // namespace engine::data
