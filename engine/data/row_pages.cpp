// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/row_pages.h"

#include <algorithm>
#include <sys/stat.h>

namespace engine::data {

namespace {

constexpr std::size_t kMostKnown = 8;

// What a file is and how it is read, as text; "" for what is no file.
std::string keyOf(const std::string& path, const LoadSettings& settings)
{
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
        return {};
    }
    std::string key = path;
    for (const int64_t fact : {static_cast<int64_t>(facts.st_ino),
                               static_cast<int64_t>(facts.st_size),
                               static_cast<int64_t>(facts.st_mtim.tv_sec),
                               static_cast<int64_t>(facts.st_mtim.tv_nsec)}) {
        key += '\n' + std::to_string(fact);
    }
    key += '\n' + settings.format + '\n' + settings.encoding;
    for (const auto& [column, role] : settings.columns) {
        key += '\n' + column + '\n' + role;
    }
    return key;
}

} // namespace

Dataset RowPages::load(const std::string& path, const LoadSettings& settings)
{
    const bool wantsAll = settings.edits || settings.eachRecord || settings.badRow;
    const std::string key = wantsAll ? std::string() : keyOf(path, settings);
    const std::lock_guard lock(m_mutex);
    const auto known = std::find_if(
        m_known.begin(), m_known.end(), [&](const Known& one) { return one.key == key; });
    if (!key.empty() && known != m_known.end()) {
        Dataset dataset = known->report;
        const auto behind =
            std::upper_bound(known->marks.begin(),
                             known->marks.end(),
                             settings.firstKept,
                             [](int64_t first, const RowMark& mark) { return first < mark.good; });
        dataset.records = loadRows(path, settings, *std::prev(behind)).records;
        return dataset;
    }
    Known fresh{key, {}, {}};
    LoadSettings marked = settings;
    marked.marks = &fresh.marks;
    Dataset dataset = loadDataset(path, marked);
    if (!key.empty() && !fresh.marks.empty()) {
        fresh.report = dataset;
        fresh.report.records.clear();
        m_known.push_front(std::move(fresh));
        m_known.resize(std::min(m_known.size(), kMostKnown));
    }
    return dataset;
}

} // namespace engine::data
