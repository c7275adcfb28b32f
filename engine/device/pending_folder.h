// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A folder written aside and published by one rename: checkpoints, exports, adapters.
// Without commit() the destructor removes it, so a failed verb leaves its target untouched.
#pragma once

#include <filesystem>

namespace engine::device {

class PendingFolder
{
public:
    // Creates `<target>.partial-<pid>-<n>` beside the target, parents included. Links in the target
    // are resolved first.
    explicit PendingFolder(const std::filesystem::path& target);
    PendingFolder(const PendingFolder&) = delete;
    PendingFolder& operator=(const PendingFolder&) = delete;
    ~PendingFolder();

    // Where to write.
    const std::filesystem::path& path() const { return m_path; }
    const std::filesystem::path& target() const { return m_target; }

    // fsyncs every file and folder inside, renames to the target, fsyncs the parent. kTargetExists
    // unless the target is absent or an empty folder.
    void commit();
    // The same, but an existing target is replaced: it is renamed to `<target>.old`, the new one
    // takes its name, the old one is removed. A crash in between is undone by
    // recoverReplacedFolder().
    void commitReplacing();

private:
    void syncContent() const;
    void publish();

    std::filesystem::path m_target;
    std::filesystem::path m_path;
    bool m_committed = false;
};

// Finishes or undoes an interrupted commitReplacing(): with the target missing its old content
// comes back, with both there the old one is removed. Call before reading a folder that is replaced
// in place. Does nothing where there is no `.old`.
void recoverReplacedFolder(const std::filesystem::path& target);

} // namespace engine::device
