// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/cache_room.h"

#include "engine/device/cache_folder.h"
#include "engine/device/descriptor.h"
#include "engine/device/files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/file.h>
#include <vector>

namespace engine::device {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostBytes = 20'000'000'000;
constexpr std::uint64_t kPartOfDisk = 10;
constexpr std::array kFolders = {"packed", "tokens"};
constexpr const char* kNoteExtension = ".json";
constexpr const char* kPartialMark = ".partial-";
constexpr std::chrono::hours kLeftOver{24};

struct Entry
{
    fs::path file;
    std::uint64_t bytes = 0;
    fs::file_time_type used;
};

fs::path noteOf(const fs::path& file)
{
    return fs::path(file).replace_extension(kNoteExtension);
}

void unlink(const fs::path& path)
{
    std::error_code ignored;
    fs::remove(path, ignored);
}

fs::file_time_type timeOf(const fs::path& file)
{
    std::error_code none;
    const fs::file_time_type noted = fs::last_write_time(noteOf(file), none);
    return none ? fs::last_write_time(file, none) : noted;
}

// Leftovers are taken away on the way.
std::vector<Entry> entries()
{
    std::vector<Entry> found;
    for (const char* folder : kFolders) {
        std::error_code none;
        fs::directory_iterator at(cacheFolder() / folder, none);
        for (; !none && at != fs::directory_iterator(); at.increment(none)) {
            const fs::directory_entry& file = *at;
            std::error_code gone;
            const bool isPartial =
                file.path().filename().string().find(kPartialMark) != std::string::npos;
            if (!file.is_regular_file(gone)) {
                continue;
            }
            if (isPartial) {
                const auto age = fs::file_time_type::clock::now() - file.last_write_time(gone);
                if (!gone && age > kLeftOver) {
                    unlink(file.path());
                }
            } else if (file.path().extension() != kNoteExtension) {
                const std::uint64_t bytes = file.file_size(gone);
                found.push_back({file.path(), gone ? 0 : bytes, timeOf(file.path())});
            }
        }
    }
    return found;
}

std::uint64_t freeAt(const fs::path& folder)
{
    try {
        return freeBytes(folder);
    } catch (const Failure&) {
        return 0;
    }
}

// False when someone uses it.
bool takeAway(const fs::path& file)
{
    const Descriptor opened(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    if (opened.get() < 0 || ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
        return false;
    }
    unlink(file);
    unlink(noteOf(file));
    return true;
}

} // namespace

std::uint64_t cacheLimit()
{
    fs::path folder = cacheFolder();
    std::error_code none;
    while (!folder.empty() && !fs::exists(folder, none) && folder != folder.root_path()) {
        folder = folder.parent_path();
    }
    const fs::space_info disk = fs::space(folder, none);
    return none ? kMostBytes : std::min<std::uint64_t>(kMostBytes, disk.capacity / kPartOfDisk);
}

void keepInUse(const fs::path& file)
{
    static std::mutex mutex;
    static std::map<fs::path, Descriptor> held;
    Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.get() >= 0) {
        // Whoever takes it away at this moment takes away a name: what is mapped stays.
        ::flock(opened.get(), LOCK_SH | LOCK_NB);
        const std::lock_guard lock(mutex);
        held[file] = std::move(opened);
    }
    std::error_code ignored;
    fs::last_write_time(noteOf(file), fs::file_time_type::clock::now(), ignored);
}

bool makeRoomInCache(std::uint64_t bytes, std::uint64_t limit)
{
    const fs::path folder = cacheFolder();
    if (folder.empty()) {
        return false;
    }
    std::vector<Entry> found = entries();
    std::sort(
        found.begin(), found.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
    std::uint64_t total = 0;
    for (const Entry& entry : found) {
        total += entry.bytes;
    }
    const std::uint64_t wanted = bytes + kCacheReserve;
    std::uint64_t free = freeAt(folder);
    const bool canFit = free + total >= wanted; // else taking away all of it would help nobody
    for (const Entry& entry : found) {
        if (total + bytes <= limit && (free >= wanted || !canFit)) {
            break;
        }
        if (takeAway(entry.file)) {
            total -= entry.bytes;
            free = freeAt(folder);
        }
    }
    return free >= wanted;
}

} // namespace engine::device
