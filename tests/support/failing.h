// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What tests of failing calls need: the error as a value, and a disk that is full or read-only.
#pragma once

#include "engine/device/failure.h"

#include <QTemporaryDir>

#include <filesystem>
#include <sched.h>
#include <string>
#include <sys/mount.h>

namespace tests {

// The error that `call` fails with; an empty code when it does not fail.
template <typename Call>
engine::Error failureOf(Call&& call)
{
    try {
        call();
    } catch (const engine::Failure& failure) {
        return failure.error();
    }
    return {};
}

inline std::filesystem::path pathOf(const QTemporaryDir& folder)
{
    return folder.path().toStdString();
}

// A tiny disk of its own at a folder, seen by this process only. Needs root; without it isMounted()
// is false.
class SmallDisk
{
public:
    explicit SmallDisk(std::filesystem::path folder) : m_folder(std::move(folder))
    {
        m_isMounted = ::unshare(CLONE_NEWNS) == 0
                      && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
                      && ::mount("tmpfs", m_folder.c_str(), "tmpfs", 0, "size=64k") == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk()
    {
        if (m_isMounted) {
            ::umount2(m_folder.c_str(), MNT_DETACH);
        }
    }

    bool isMounted() const { return m_isMounted; }
    bool makeReadOnly() const
    {
        return ::mount(nullptr, m_folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }

private:
    std::filesystem::path m_folder;
    bool m_isMounted = false;
};

} // namespace tests
