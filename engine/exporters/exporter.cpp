// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/exporter.h"

#include "engine/device/sha256.h"

namespace engine::exporters {

namespace fs = std::filesystem;

std::vector<ScaledAdapter> separated(const std::vector<ScaledAdapter>& adapters)
{
    std::vector<ScaledAdapter> all;
    for (const ScaledAdapter& adapter : adapters) {
        all.push_back(adapter);
        std::vector<adapters::StoredAdapter> stored = std::move(all.back().stored.with);
        std::vector<methods::AdapterState> states = std::move(all.back().state.with);
        for (std::size_t i = 0; i < states.size(); ++i) {
            all.push_back({std::move(stored[i]), std::move(states[i]), adapter.scale});
        }
    }
    return all;
}

std::vector<contract::OutputFile> listFiles(const fs::path& folder, const KnownHashes& known)
{
    std::vector<contract::OutputFile> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            const std::string path = fs::relative(entry.path(), folder).generic_string();
            const auto hash = known.find(path);
            files.push_back(
                {path,
                 static_cast<int64_t>(entry.file_size()),
                 hash == known.end() ? device::sha256File(entry.path()) : hash->second});
        }
    }
    std::sort(
        files.begin(), files.end(), [](const auto& x, const auto& y) { return x.path < y.path; });
    return files;
}

} // namespace engine::exporters
