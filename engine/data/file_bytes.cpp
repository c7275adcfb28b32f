// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/file_bytes.h"

#include "engine/data/expansion.h"
#include "engine/data/refusal.h"
#include "engine/device/unnamed_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace engine::data {

namespace {

constexpr std::string_view kGzipMark = "\x1f\x8b";
constexpr std::string_view kParquetMark = "PAR1";
constexpr std::size_t kPackedPiece = 16 << 10; // unpacks to 16 MiB at most
constexpr std::size_t kPiece = 1 << 20;        // small enough to be hashed while it is near

} // namespace

FileBytes::FileBytes(const std::string& path, OnRead onRead)
    : m_path(path), m_onRead(std::move(onRead)),
      m_file(path, O_RDONLY | O_NONBLOCK, device::Access::Read)
{
    m_fileBytes = m_file.regularSize(path);
    std::string head(kParquetMark.size(), '\0');
    head.resize(readFile(head.data(), head.size()));
    if (head.starts_with(kGzipMark)) {
        m_gzip.emplace(path);
        m_gzip->feed(head, m_pending);
        while (m_pending.size() < kParquetMark.size() && !m_isUnpacked) {
            unpack();
        }
    } else {
        m_pending = std::move(head);
    }
    m_isParquet = m_pending.starts_with(kParquetMark);
}

std::size_t FileBytes::read(char* into, std::size_t room)
{
    while (m_gzip && m_given == m_pending.size() && !m_isUnpacked) {
        m_pending.clear();
        m_given = 0;
        unpack();
    }
    if (m_given < m_pending.size()) {
        const std::size_t count = std::min(room, m_pending.size() - m_given);
        std::memcpy(into, m_pending.data() + m_given, count);
        m_given += count;
        return count;
    }
    return m_gzip ? 0 : readFile(into, room);
}

void FileBytes::seek(std::uint64_t byte)
{
    if (::lseek(m_file.get(), static_cast<off_t>(byte), SEEK_SET) < 0) {
        throw device::systemFailure(errno, m_path, device::Access::Read);
    }
    m_pending.clear();
    m_given = 0;
}

int FileBytes::anyOrder()
{
    if (!m_gzip) {
        return m_file.get();
    }
    if (m_aside.get() < 0) {
        unpackAside();
    }
    return m_aside.get();
}

std::string FileBytes::sha256()
{
    std::string rest(kPiece, '\0');
    while (readFile(rest.data(), rest.size()) > 0) {
    }
    return m_hash.hex();
}

std::size_t FileBytes::readFile(char* into, std::size_t room)
{
    std::size_t filled = 0;
    while (filled < room) {
        const ssize_t count = ::read(m_file.get(), into + filled, std::min(room - filled, kPiece));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            throw device::systemFailure(errno, m_path, device::Access::Read);
        }
        if (count == 0) {
            break;
        }
        m_hash.update(into + filled, static_cast<std::size_t>(count));
        m_readBytes += static_cast<std::size_t>(count);
        filled += static_cast<std::size_t>(count);
        if (m_onRead) {
            m_onRead(m_readBytes);
        }
    }
    return filled;
}

// Appends to what is pending.
void FileBytes::unpack()
{
    const std::size_t before = m_pending.size();
    std::string piece(kPackedPiece, '\0');
    piece.resize(readFile(piece.data(), piece.size()));
    m_isUnpacked = piece.empty();
    if (m_isUnpacked) {
        m_gzip->finish(m_pending);
    } else {
        m_gzip->feed(piece, m_pending);
    }
    m_unpackedBytes += m_pending.size() - before;
    if (m_unpackedBytes > mostUnpackedBytes(m_readBytes)) {
        throw refusal(code::kBadFile,
                      m_path,
                      0,
                      "the compressed file grows more than 200 times when it is unpacked",
                      "Unpack it and look what is in it");
    }
}

void FileBytes::unpackAside()
{
    device::Descriptor aside = device::unnamedFile();
    std::string piece(kPiece, '\0');
    while (const std::size_t count = read(piece.data(), piece.size())) {
        aside.writeAll(std::string_view(piece).substr(0, count),
                       std::filesystem::temp_directory_path());
    }
    m_aside = std::move(aside);
}

} // namespace engine::data
