// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a data path stands for, and what decides which rows it gives.
#pragma once

#include "engine/data/data_files.h"
#include "engine/data/dataset.h"
#include "engine/data/dataset_info.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace engine::data {

// An entry of dataset_info.json resolved.
struct Source
{
    std::optional<InfoEntry> info;
    DataFiles files;
};

// Throws Failure as readDatasetInfo and dataFilesOf.
Source sourceOf(const std::string& path);

// Of all files together; files that are not there count for nothing.
uint64_t bytesOf(const DataFiles& files);

// Of the data, from the hashes of its files: Dataset::sha256.
std::string contentHash(const DataFiles& files, const std::vector<std::string>& hashes);

// All that decides which rows there are, and what is said of them, beside the bytes of the files
// and where these lie; as a text to be hashed.
std::string rowsKey(const Source& source, const LoadSettings& settings);

} // namespace engine::data
