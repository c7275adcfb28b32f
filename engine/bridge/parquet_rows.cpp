// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/parquet_rows.h"

#include "engine/bridge/rust_side.h"

namespace engine::bridge {

namespace {

constexpr const char* kHint = "The Parquet file is damaged or of a kind that is not read; download "
                              "it again, or convert it to JSON Lines";

} // namespace

struct ParquetRows::Rust
{
    rust::Box<rust_side::ParquetRows> rows;
};

ParquetRows::ParquetRows(int descriptor, uint64_t mostUnpackedBytes, std::string fileName)
    : m_rust(orFailure(code::kBadFile,
                       kHint,
                       fileName,
                       [&] {
                           return std::make_unique<Rust>(
                               Rust{rust_side::open_parquet(descriptor, mostUnpackedBytes)});
                       })),
      m_fileName(std::move(fileName))
{
}

ParquetRows::ParquetRows(ParquetRows&&) noexcept = default;
ParquetRows& ParquetRows::operator=(ParquetRows&&) noexcept = default;
ParquetRows::~ParquetRows() = default;

std::vector<std::string> ParquetRows::columns() const
{
    std::vector<std::string> names;
    for (const rust::String& name : m_rust->rows->columns()) {
        names.emplace_back(std::string(name));
    }
    return names;
}

int64_t ParquetRows::count() const
{
    return m_rust->rows->count();
}

uint64_t ParquetRows::unpackedBytes() const
{
    return m_rust->rows->unpacked_bytes();
}

std::string ParquetRows::next()
{
    return orFailure(code::kBadFile, kHint, m_fileName, [&] {
        const auto row = m_rust->rows->next();
        return std::string(reinterpret_cast<const char*>(row.data()), row.size());
    });
}

} // namespace engine::bridge
