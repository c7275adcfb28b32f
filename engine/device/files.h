// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Whole files in and out, and the checks before anything is written: names, targets, free space.
// Every function throws Failure with `where` = the path.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace engine::device {

inline constexpr std::uint64_t kMaxSmallFileBytes = 64ull << 20; // configs, templates, indices

// The whole file. kNotFound, kUnreadable (no permission, a folder, a pipe), kBadFile above
// `maxBytes`.
std::string readFile(const std::filesystem::path& path,
                     std::uint64_t maxBytes = kMaxSmallFileBytes);

// Writes aside in the same folder, fsyncs, renames over `path`, fsyncs the folder: a reader sees
// the old content or the new one, never a part. A link at `path` is replaced, not followed. What a
// crash leaves is `<path>.partial-<pid>-<n>`.
void writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

// kUnreadable for a name that is not UTF-8; `what` says which name in the message ("--out").
void requireUtf8(std::string_view text, std::string_view what = "the file name");

// Absolute, links resolved as far as the path exists, no trailing slash.
std::filesystem::path resolvedPath(const std::filesystem::path& path);

// `target` must be absent or an empty folder (kTargetExists) and neither equal to an input nor
// inside an input folder, also through links (kBadArgument). Inputs that do not exist are ignored.
void requireNewTarget(const std::filesystem::path& target,
                      const std::vector<std::filesystem::path>& inputs = {});

// Bytes a user without privileges can still write where `path` is, or would be.
std::uint64_t freeBytes(const std::filesystem::path& path);

// kDiskFull, naming needed and available bytes, when `bytes` do not fit at `path`. `what` is what
// needs them ("the merged model").
void requireFreeSpace(const std::filesystem::path& path,
                      std::uint64_t bytes,
                      std::string_view what);

// "1.5 GB", "312 KB": decimal units as disks are sold, for messages.
std::string readableBytes(std::uint64_t bytes);

} // namespace engine::device
