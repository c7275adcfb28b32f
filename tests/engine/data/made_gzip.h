// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// gzip made on the spot.
#pragma once

#include "made_parquet.h"

#include <QByteArray>

namespace data_test {

inline uint32_t crc32(const QByteArray& bytes)
{
    uint32_t crc = 0xFFFFFFFF;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc >> 1 ^ (0xEDB88320 & (0 - (crc & 1)));
        }
    }
    return ~crc;
}

// qCompress puts four bytes of length and two of zlib in front, and four of zlib behind.
inline QByteArray gzip(const QByteArray& bytes)
{
    // Nothing is packed as nothing.
    const QByteArray packed =
        bytes.isEmpty() ? QByteArray(6, '\0') + QByteArray("\x03\0", 2) + QByteArray(4, '\0')
                        : qCompress(bytes, 9);
    return QByteArray("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) + packed.mid(6, packed.size() - 10)
           + QByteArray::fromStdString(littleEndian(crc32(bytes), 4)
                                       + littleEndian(static_cast<uint64_t>(bytes.size()), 4));
}

} // namespace data_test
