// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A file written aside and published by one rename. Until commit() the target keeps its old
// content; without commit() the destructor removes what was written.
#pragma once

#include "engine/device/descriptor.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace engine::device {

class AtomicFile
{
public:
    // Creates `<target>.partial-<pid>-<n>` beside the target; the folder must exist. Throws
    // Failure.
    explicit AtomicFile(std::filesystem::path target);
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    // Appends. Throws kDiskFull when the disk is full.
    void write(std::string_view bytes);
    // Asks the disk to begin with what was written since the last call, so that commit() has less
    // to wait for.
    void beginSync();
    // fsync, rename over the target, fsync of the folder. Nothing may be written afterwards.
    void commit();

private:
    std::filesystem::path m_target;
    std::filesystem::path m_partial;
    Descriptor m_file;
    std::int64_t m_written = 0;
    std::int64_t m_begun = 0; // of the written bytes
    bool m_committed = false;
};

} // namespace engine::device
