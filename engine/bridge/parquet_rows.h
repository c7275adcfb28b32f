// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a Parquet file, each as the text of a JSON object: texts, numbers, truth values,
// lists and groups as such, dates, times, decimals and maps as text, bytes that are no text as
// null.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace engine::bridge {

class ParquetRows
{
public:
    // Of an open file, which stays with the caller and may be closed afterwards; `fileName` is
    // what messages call it. Failure kBadFile when it is damaged or of a kind that is not read
    // (encrypted, Brotli).
    ParquetRows(int descriptor, uint64_t mostUnpackedBytes, std::string fileName);
    ParquetRows(ParquetRows&&) noexcept;
    ParquetRows& operator=(ParquetRows&&) noexcept;
    ~ParquetRows();

    std::vector<std::string> columns() const;
    int64_t count() const;
    // Size of all columns unpacked, as the file states it.
    uint64_t unpackedBytes() const;
    // The next row's JSON, "" behind the last one. Failure kBadFile where the file is damaged, its
    // pages hold more than `mostUnpackedBytes`, or a list more than four million elements.
    std::string next();

private:
    struct Rust;
    std::unique_ptr<Rust> m_rust;
    std::string m_fileName;
};

} // namespace engine::bridge
