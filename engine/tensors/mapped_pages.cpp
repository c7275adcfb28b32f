// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/mapped_pages.h"

#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include <sys/mman.h>
#include <unistd.h>

namespace engine::tensors {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{8} << 20;

// Shared by those who advise the kernel about pages, which must not become other memory meanwhile.
struct Mappings
{
    std::shared_mutex mutex;
    std::map<const std::byte*, std::size_t, std::less<>> sizes;
};

// Never destroyed: files are unmapped until the process ends.
Mappings& mappings()
{
    static auto* const all = new Mappings;
    return *all;
}

// Nothing where no mapping holds all of the bytes.
void advise(const void* begin, std::size_t bytes, int advice)
{
    const auto* const first = static_cast<const std::byte*>(begin);
    const std::shared_lock lock(mappings().mutex);
    const auto& sizes = mappings().sizes;
    auto mapping = sizes.upper_bound(first);
    if (bytes == 0 || mapping == sizes.begin()) {
        return;
    }
    --mapping;
    const auto offset = static_cast<std::size_t>(first - mapping->first);
    if (offset >= mapping->second || bytes > mapping->second - offset) {
        return;
    }
    // Whole pages: what a neighbour had of them comes back when it is read.
    static const auto pageBytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t page = offset / pageBytes * pageBytes;
    ::madvise(const_cast<std::byte*>(mapping->first) + page, offset - page + bytes, advice);
}

} // namespace

void addMapping(const void* begin, std::size_t bytes)
{
    const std::unique_lock lock(mappings().mutex);
    mappings().sizes.emplace(static_cast<const std::byte*>(begin), bytes);
}

void removeMapping(const void* begin)
{
    const std::unique_lock lock(mappings().mutex);
    mappings().sizes.erase(static_cast<const std::byte*>(begin));
}

void letGoOfPages(const void* begin, std::size_t bytes)
{
    advise(begin, bytes, MADV_DONTNEED);
}

void readAhead(std::vector<std::string_view> parts)
{
    static std::mutex mutex;
    static std::jthread reader;
    const std::lock_guard lock(mutex);
    reader = std::jthread([parts = std::move(parts)](const std::stop_token& stop) {
        for (const std::string_view part : parts) {
            for (std::size_t at = 0; at < part.size(); at += kPieceBytes) {
                if (stop.stop_requested()) {
                    return;
                }
                const std::string_view piece = part.substr(at, kPieceBytes);
                advise(piece.data(), piece.size(), MADV_WILLNEED);
            }
        }
    });
}

} // namespace engine::tensors
