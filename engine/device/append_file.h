// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file that grows line by line: the journal, metrics.csv, control.jsonl. Every line reaches the
// kernel before appendLine() returns, so it survives a crash of this process.
#pragma once

#include "engine/device/descriptor.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace engine::device {

class AppendFile
{
public:
    // Opens for appending, creates when absent. Throws Failure.
    explicit AppendFile(std::filesystem::path path);

    // The line and a line feed in one write(2). Throws kDiskFull when the disk is full.
    void appendLine(std::string_view line);
    std::uint64_t size() const;
    // Cuts everything from byte `size` on; a file that is shorter stays as it is.
    void truncateTo(std::uint64_t size);
    void sync() const;

private:
    std::filesystem::path m_path;
    Descriptor m_file;
};

} // namespace engine::device
