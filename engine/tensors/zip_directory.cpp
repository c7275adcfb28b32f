// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/zip_directory.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace engine::tensors {

namespace {

// Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14-4.3.16
// (end records), 4.5.3 (zip64 sizes).
constexpr std::string_view kLocalHeader = "PK\x03\x04";
constexpr std::string_view kDirectoryHeader = "PK\x01\x02";
constexpr std::string_view kEndRecord = "PK\x05\x06";
constexpr std::string_view kEndRecord64 = "PK\x06\x06";
constexpr std::string_view kEndLocator64 = "PK\x06\x07";
constexpr std::size_t kEndRecordBytes = 22;
constexpr std::size_t kEndLocator64Bytes = 20;
constexpr std::size_t kDirectoryHeaderBytes = 46;
constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kMaxCommentBytes = 65535;
constexpr std::uint64_t kSee64 = 0xFFFFFFFF;
constexpr std::uint16_t kExtra64 = 1;

// A little-endian number, 0 beyond the end; callers check sizes where it matters.
std::uint64_t number(std::string_view bytes, std::uint64_t offset, std::size_t size)
{
    if (offset > bytes.size() || bytes.size() - offset < size) {
        return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = size; i > 0; --i) {
        value = value << 8 | static_cast<unsigned char>(bytes[offset + i - 1]);
    }
    return value;
}

// bytes[offset … offset + size), or nothing when that is not all there.
std::optional<std::string_view>
part(std::string_view bytes, std::uint64_t offset, std::uint64_t size)
{
    if (offset > bytes.size() || bytes.size() - offset < size) {
        return std::nullopt;
    }
    return bytes.substr(offset, size);
}

std::optional<std::string_view> findDirectory(std::string_view bytes)
{
    const std::size_t searched = std::min(bytes.size(), kEndRecordBytes + kMaxCommentBytes);
    const std::size_t tail = bytes.size() - searched;
    const std::size_t found = bytes.substr(tail).rfind(kEndRecord);
    if (found == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t end = tail + found;
    std::uint64_t size = number(bytes, end + 12, 4);
    std::uint64_t offset = number(bytes, end + 16, 4);
    const std::size_t locator = end - std::min(end, kEndLocator64Bytes);
    if ((offset == kSee64 || size == kSee64) && bytes.substr(locator).starts_with(kEndLocator64)) {
        const std::uint64_t record = number(bytes, locator + 8, 8);
        if (!part(bytes, record, 4) || !bytes.substr(record).starts_with(kEndRecord64)) {
            return std::nullopt;
        }
        size = number(bytes, record + 40, 8);
        offset = number(bytes, record + 48, 8);
    }
    return part(bytes, offset, size);
}

struct Extent
{
    std::uint64_t fullSize;
    std::uint64_t storedSize;
    std::uint64_t offset; // of the local header
};

// Replaces what does not fit 32 bits by the numbers of the zip64 extra field, which come in this
// order.
void widen(Extent& extent, std::string_view extra)
{
    std::uint64_t at = 0;
    while (at + 4 <= extra.size() && number(extra, at, 2) != kExtra64) {
        at += 4 + number(extra, at + 2, 2);
    }
    at += 4;
    for (std::uint64_t* value : {&extent.fullSize, &extent.storedSize, &extent.offset}) {
        if (*value == kSee64) {
            *value = number(extra, at, 8);
            at += 8;
        }
    }
}

std::optional<std::string_view> contentOf(std::string_view bytes, const Extent& extent)
{
    const auto header = part(bytes, extent.offset, kLocalHeaderBytes);
    if (!header || !header->starts_with(kLocalHeader)) {
        return std::nullopt;
    }
    const std::uint64_t names = number(*header, 26, 2) + number(*header, 28, 2);
    return part(bytes, extent.offset + kLocalHeaderBytes + names, extent.storedSize);
}

} // namespace

bool isZip(std::string_view bytes)
{
    return bytes.starts_with(kLocalHeader);
}

ZipDirectory readZipDirectory(std::string_view bytes)
{
    ZipDirectory result;
    const auto found = findDirectory(bytes);
    if (!found) {
        result.damage = "the archive is cut off: it has no directory";
        return result;
    }
    std::string_view directory = *found;
    while (directory.starts_with(kDirectoryHeader) && directory.size() >= kDirectoryHeaderBytes) {
        const std::uint64_t nameBytes = number(directory, 28, 2);
        const std::uint64_t extraBytes = number(directory, 30, 2);
        const std::uint64_t commentBytes = number(directory, 32, 2);
        const auto name = part(directory, kDirectoryHeaderBytes, nameBytes);
        const auto extra = part(directory, kDirectoryHeaderBytes + nameBytes, extraBytes);
        const std::uint64_t length = kDirectoryHeaderBytes + nameBytes + extraBytes + commentBytes;
        Extent extent = {
            number(directory, 24, 4), number(directory, 20, 4), number(directory, 42, 4)};
        if (extra) {
            widen(extent, *extra);
        }
        const auto content = contentOf(bytes, extent);
        if (!name || !extra || !content || length > directory.size()) {
            result.damage = "the archive is damaged: an entry points outside it";
            return result;
        }
        result.entries.push_back({*name, *content, number(directory, 10, 2) != 0});
        directory.remove_prefix(length);
    }
    if (!directory.empty()) {
        result.damage = "the archive's directory is damaged";
    }
    return result;
}

} // namespace engine::tensors
