// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/files.h"

#include "engine/device/atomic_file.h"
#include "engine/device/descriptor.h"
#include "engine/device/failure.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace engine::device {

namespace fs = std::filesystem;

namespace {

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none (RFC 3629).
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    const unsigned char second = byte(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return overlong || beyond ? 0 : length;
}

bool isInside(const fs::path& path, const fs::path& folder)
{
    const auto relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

// The path itself or its nearest parent that exists.
fs::path nearestExisting(fs::path path)
{
    std::error_code ignored;
    while (!fs::exists(path, ignored) && path != path.parent_path()) {
        path = path.parent_path();
    }
    return path;
}

} // namespace

std::string readFile(const fs::path& path, std::uint64_t maxBytes)
{
    const Descriptor file(path, O_RDONLY | O_NONBLOCK, Access::Read);
    const std::uint64_t size = file.regularSize(path);
    if (size > maxBytes) {
        throw Failure(code::kBadFile,
                      path.string() + " has " + readableBytes(size) + "; at most "
                          + readableBytes(maxBytes) + " are read here",
                      "Check that this is the file you meant",
                      path.string());
    }
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const ssize_t count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw systemFailure(errno, path, Access::Read);
        }
        if (count == 0) {
            break; // it became shorter meanwhile
        }
        filled += static_cast<std::size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
}

void writeFileAtomically(const fs::path& path, std::string_view bytes)
{
    AtomicFile file(path);
    file.write(bytes);
    file.commit();
}

void requireUtf8(std::string_view text, std::string_view what)
{
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = sequenceLength(rest);
        if (length == 0) {
            throw Failure(code::kUnreadable,
                          std::string(what) + " is not valid UTF-8 at byte "
                              + std::to_string(text.size() - rest.size()),
                          "Rename it to a name in UTF-8");
        }
        rest.remove_prefix(length);
    }
}

fs::path resolvedPath(const fs::path& path)
{
    std::error_code error;
    fs::path resolved = fs::weakly_canonical(fs::absolute(path), error);
    if (error) {
        throw systemFailure(error.value(), path, Access::Read);
    }
    return resolved.has_filename() ? resolved : resolved.parent_path();
}

void requireNewTarget(const fs::path& target, const std::vector<fs::path>& inputs)
{
    const fs::path resolved = resolvedPath(target);
    for (const fs::path& input : inputs) {
        std::error_code ignored;
        const fs::path source = fs::canonical(input, ignored);
        if (!source.empty() && (resolved == source || isInside(resolved, source))) {
            throw Failure(code::kBadArgument,
                          target.string() + " is the input " + input.string()
                              + " or lies inside it; inputs are never written to",
                          "Choose a place outside the inputs",
                          target.string());
        }
    }
    std::error_code error;
    const auto status = fs::symlink_status(resolved, error);
    if (!fs::exists(status)) {
        return;
    }
    if (!fs::is_directory(status) || !fs::is_empty(resolved, error) || error) {
        throw Failure(code::kTargetExists,
                      target.string() + " exists already and is not an empty folder",
                      "Choose a name that does not exist yet, or an empty folder",
                      target.string());
    }
}

std::uint64_t freeBytes(const fs::path& path)
{
    const fs::path place = nearestExisting(resolvedPath(path));
    struct statvfs facts = {};
    if (::statvfs(place.c_str(), &facts) != 0) {
        throw systemFailure(errno, place, Access::Read);
    }
    return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
}

void requireFreeSpace(const fs::path& path, std::uint64_t bytes, std::string_view what)
{
    const std::uint64_t available = freeBytes(path);
    if (available < bytes) {
        throw Failure(code::kDiskFull,
                      std::string(what) + " needs " + readableBytes(bytes) + ", "
                          + readableBytes(available) + " are free at " + path.string(),
                      "Free some space on this disk or choose another place",
                      path.string());
    }
}

std::string readableBytes(std::uint64_t bytes)
{
    static constexpr std::array kUnits = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000.0 && unit + 1 < kUnits.size()) {
        value /= 1000.0;
        ++unit;
    }
    char text[32];
    const int decimals = unit == 0 || value >= 100.0 ? 0 : 1;
    std::snprintf(text, sizeof text, "%.*f %s", decimals, value, kUnits[unit]);
    return text;
}

} // namespace engine::device
