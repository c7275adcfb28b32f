// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// LORA_PROFILE=FILE: where the time of the steps or answers of this process goes, but for the first
// one, which packs weights and makes buffers. One JSON document:
//     {"units", "threads", "seconds", "parts": [{"part", "backward", "seconds", "caller_seconds"}],
//      "idle", "elsewhere"}
// threads · seconds = the parts + idle + elsewhere (engine/kernels/profile.h).
#pragma once

#include "engine/kernels/profile.h"

#include <cstdint>
#include <filesystem>

namespace engine::worker {

class ProfileFile
{
public:
    // Throws Failure(not_found) where the file's folder is none: before the work, not after it.
    ProfileFile();
    ProfileFile(const ProfileFile&) = delete;
    ProfileFile& operator=(const ProfileFile&) = delete;
    ~ProfileFile();

    // A step or an answer is complete. Compute thread.
    void unitDone();
    // Of what is complete. Nothing where nobody asked or there was one unit alone.
    // Throws Failure(disk_full, not_writable).
    void write() const;

private:
    std::filesystem::path m_file; // empty: nobody asked
    int64_t m_units = 0;
    kernels::Profile m_profile;
};

} // namespace engine::worker
