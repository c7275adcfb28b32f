// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/exporter.h"

#include "engine/device/sha256.h"

namespace engine::exporters {

namespace fs = std::filesystem;

std::vector<contract::OutputFile> listFiles(const fs::path& folder)
{
    std::vector<contract::OutputFile> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back({fs::relative(entry.path(), folder).generic_string(),
                             static_cast<int64_t>(entry.file_size()),
                             device::sha256File(entry.path())});
        }
    }
    std::sort(
        files.begin(), files.end(), [](const auto& x, const auto& y) { return x.path < y.path; });
    return files;
}

} // namespace engine::exporters
