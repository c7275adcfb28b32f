// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a Parquet file; their line is their number.
#pragma once

#include "engine/bridge/parquet_rows.h"
#include "engine/data/file_bytes.h"
#include "engine/data/row_source.h"

#include <string>

namespace engine::data {

class ParquetSource : public RowSource
{
public:
    // Throws Failure: kBadFile for a damaged file, and for one that says that it grows beyond
    // 64 MiB and more than 200 times; next() for one that does. kBadData for one without rows.
    ParquetSource(FileBytes& bytes, const std::string& path);

    bool next(RawRow& row) override;
    Value parse(const RawRow& row, Remarks& remarks) override;
    double passedPart() const override;

private:
    void requireWithin(uint64_t unpackedBytes) const;

    std::string m_path;
    uint64_t m_mostBytes;
    bridge::ParquetRows m_rows;
    std::string m_text;
    int64_t m_number = 0;
    uint64_t m_givenBytes = 0; // of all rows so far
};

} // namespace engine::data
