// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/pending_folder.h"

#include "engine/device/descriptor.h"
#include "engine/device/files.h"
#include "engine/device/partial_name.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace engine::device {

namespace fs = std::filesystem;

namespace {

constexpr int kNewFolderMode = 0777; // the umask takes away what it must

fs::path oldName(const fs::path& target)
{
    return target.string() + ".old";
}

void removeTree(const fs::path& folder)
{
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) {
        throw systemFailure(error.value(), folder, Access::Write);
    }
}

} // namespace

PendingFolder::PendingFolder(const fs::path& target) : m_target(resolvedPath(target))
{
    std::error_code error;
    fs::create_directories(m_target.parent_path(), error);
    if (error) {
        throw systemFailure(error.value(), m_target.parent_path(), Access::Write);
    }
    m_path = claimPartialName(
        m_target, [](const fs::path& name) { return ::mkdir(name.c_str(), kNewFolderMode) == 0; });
}

PendingFolder::~PendingFolder()
{
    if (!m_committed) {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
}

void PendingFolder::commit()
{
    syncContent();
    publish();
}

void PendingFolder::commitReplacing()
{
    syncContent();
    recoverReplacedFolder(m_target);
    const fs::path old = oldName(m_target);
    const bool replaces = fs::exists(fs::symlink_status(m_target));
    if (replaces) {
        renamePath(m_target, old);
    }
    publish();
    if (replaces) {
        removeTree(old);
    }
}

void PendingFolder::syncContent() const
{
    for (const auto& entry : fs::recursive_directory_iterator(m_path)) {
        if (entry.is_symlink()) {
            continue;
        }
        if (entry.is_directory()) {
            syncFolder(entry.path());
        } else if (entry.is_regular_file()) {
            Descriptor(entry.path(), O_RDONLY, Access::Write).sync(entry.path());
        }
    }
    syncFolder(m_path);
}

void PendingFolder::publish()
{
    renamePath(m_path, m_target); // replaces an empty folder, nothing else
    m_committed = true;
    syncFolder(m_target.parent_path());
}

void recoverReplacedFolder(const fs::path& target)
{
    const fs::path resolved = resolvedPath(target);
    const fs::path old = oldName(resolved);
    if (!fs::exists(fs::symlink_status(old))) {
        return;
    }
    if (fs::exists(fs::symlink_status(resolved))) {
        removeTree(old);
    } else {
        renamePath(old, resolved);
    }
}

} // namespace engine::device
