// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The table of contents of a zip archive in memory, as torch writes them. Every offset is checked
// before it is used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine::tensors {

struct ZipEntry
{
    std::string_view name;
    std::string_view content; // as stored
    bool isCompressed = false;
};

struct ZipDirectory
{
    std::vector<ZipEntry> entries;
    std::string damage; // why the list is not whole; empty when it is
};

bool isZip(std::string_view bytes);

// Archives above 4 GB (zip64) included.
ZipDirectory readZipDirectory(std::string_view bytes);

} // namespace engine::tensors
