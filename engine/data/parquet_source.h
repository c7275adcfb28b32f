// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a Parquet file; their line is their number.
#pragma once

#include "engine/bridge/parquet_rows.h"
#include "engine/data/row_source.h"

#include <string>

namespace engine::data {

class ParquetSource : public RowSource
{
public:
    // Throws Failure: kBadFile for a damaged file, and for one beyond 64 MiB that grows more than
    // 200 times; kBadData for one without rows.
    ParquetSource(const std::string& path, uint64_t fileBytes);

    bool next(RawRow& row) override;
    Value parse(const RawRow& row, Remarks& remarks) override;
    double passedPart() const override;

private:
    std::string m_path;
    bridge::ParquetRows m_rows;
    std::string m_text;
    int64_t m_number = 0;
};

} // namespace engine::data
