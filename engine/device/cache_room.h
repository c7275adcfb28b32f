// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The large files of the cache folder, packed weights and tokens, under one limit: what was not
// used for longest goes first. An entry is a file with a note beside it, <name>.json, whose time
// says when the entry was last used. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>

namespace engine::device {

// What stays free on the disk.
inline constexpr std::uint64_t kCacheReserve = std::uint64_t{2} << 30;

// Bytes for all of them together: 20 GB, or a tenth of the disk where that is less.
std::uint64_t cacheLimit();

// The file was used now, and until this process ends nobody takes it away to make room.
void keepInUse(const std::filesystem::path& file);

// Takes entries away, none that is in use, until `bytes` more are within `limit` and, beside
// kCacheReserve, on the disk; and what crashes left there a day ago. An entry that is larger than
// the limit alone may still be written, and goes when the next one comes. Nothing is an error.
// Returns whether the disk has room for `bytes`.
bool makeRoomInCache(std::uint64_t bytes, std::uint64_t limit = cacheLimit());

} // namespace engine::device
