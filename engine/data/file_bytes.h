// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The bytes of a data file in order, unpacked where they are gzip, and hashed as they lie on disk;
// of Parquet, which is not read in order, where they lie.
#pragma once

#include "engine/bridge/gzip.h"
#include "engine/device/descriptor.h"
#include "engine/device/sha256.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace engine::data {

class FileBytes
{
public:
    // Called after each piece of at most 1 MiB with readBytes(); it may throw to end the reading.
    using OnRead = std::function<void(std::uint64_t readBytes)>;

    // Throws Failure: kNotFound, kUnreadable.
    explicit FileBytes(const std::string& path, OnRead onRead = {});

    // Fills up to `room` bytes; 0 at the end. Throws Failure: kUnreadable; kBadFile for damaged
    // gzip, and for gzip beyond 64 MiB that grows more than 200 times.
    std::size_t read(char* into, std::size_t room);

    // Reading goes on at `byte` of a file that is not gzip; there is no hash afterwards.
    void seek(std::uint64_t byte);

    // By its first bytes, also inside gzip.
    bool isParquet() const { return m_isParquet; }
    // The bytes to be read in any order: the file, or what all of it was unpacked to, which is on
    // disk without a name. Open as long as this is. Throws Failure as read(), and kDiskFull.
    int anyOrder();
    bool isGzip() const { return m_gzip.has_value(); }
    std::uint64_t fileBytes() const { return m_fileBytes; }
    // Of the file, so far.
    std::uint64_t readBytes() const { return m_readBytes; }
    // Of the whole file as it lies on disk; reads what is left. Once.
    std::string sha256();

private:
    std::size_t readFile(char* into, std::size_t room);
    void unpack();
    void unpackAside();

    std::string m_path;
    OnRead m_onRead;
    device::Descriptor m_file;
    device::Descriptor m_aside; // everything unpacked
    std::uint64_t m_fileBytes = 0;
    std::uint64_t m_readBytes = 0;
    device::Sha256 m_hash;
    std::optional<bridge::GzipDecoder> m_gzip;
    bool m_isParquet = false;
    std::string m_pending; // bytes m_given… of it are read and not yet given
    std::size_t m_given = 0;
    std::uint64_t m_unpackedBytes = 0;
    bool m_isUnpacked = false;
};

} // namespace engine::data
