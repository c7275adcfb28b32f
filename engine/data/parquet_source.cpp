// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/parquet_source.h"

#include "engine/data/expansion.h"
#include "engine/data/json_rows.h"
#include "engine/data/refusal.h"
#include "engine/data/text_buffer.h"

#include <algorithm>

namespace engine::data {

ParquetSource::ParquetSource(FileBytes& bytes, const std::string& path)
    : m_path(path), m_mostBytes(mostUnpackedBytes(bytes.fileBytes())),
      m_rows(bytes.anyOrder(), m_mostBytes, path)
{
    requireWithin(m_rows.unpackedBytes());
    if (m_rows.count() == 0) {
        throw refusal(code::kBadData, path, 0, "no rows", "Choose a file with rows");
    }
}

bool ParquetSource::next(RawRow& row)
{
    m_text = m_rows.next();
    m_givenBytes += m_text.size();
    requireWithin(m_givenBytes);
    if (m_text.size() > kMaximumRowBytes) {
        throw refusal(code::kBadData,
                      m_path,
                      m_number + 1,
                      "the row is longer than 64 MiB",
                      "A text this long belongs in a file of its own");
    }
    row = {m_text, ++m_number};
    return !m_text.empty();
}

double ParquetSource::passedPart() const
{
    return std::min(1.0, static_cast<double>(m_number) / static_cast<double>(m_rows.count()));
}

Value ParquetSource::parse(const RawRow& row, Remarks& remarks)
{
    return parseJsonRow(row, remarks);
}

void ParquetSource::requireWithin(uint64_t unpackedBytes) const
{
    if (unpackedBytes > m_mostBytes) {
        throw refusal(code::kBadFile,
                      m_path,
                      0,
                      "the Parquet file grows more than 200 times when it is unpacked",
                      "Convert it to JSON Lines with the program that wrote it");
    }
}

} // namespace engine::data
