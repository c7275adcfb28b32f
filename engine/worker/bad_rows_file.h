// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows that were left out, written down for mending: JSON Lines of {file, line, code, reason,
// sha256, row}, `row` being the row's text as it stands in the file.
#pragma once

#include "engine/data/dataset.h"
#include "engine/device/atomic_file.h"

#include <optional>
#include <string>

namespace engine::worker {

class BadRowsFile
{
public:
    // `path` "" writes nothing. Throws Failure when there is something at `path` already.
    explicit BadRowsFile(const std::string& path);

    // loadDataset whose bad rows are written; also when no row is good, which it throws for.
    data::Dataset load(const std::string& path, data::LoadSettings settings);

private:
    std::optional<device::AtomicFile> m_file;
};

} // namespace engine::worker
