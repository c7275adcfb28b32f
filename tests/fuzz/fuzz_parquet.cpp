// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Parquet files, plain or inside gzip: their rows are objects, numbered, and together no more than
// a file of that size may grow to.
#include "engine/data/expansion.h"
#include "engine/data/parquet_source.h"
#include "tests/fuzz/fuzzed.h"

using namespace engine::data;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr int64_t kEnough = 2000; // rows: the rest of a long file is like its beginning
    const auto path = fuzz::fileOf(fuzz::textOf(data, size), "fuzzed.parquet").string();
    fuzz::orRefused([&] {
        FileBytes bytes(path);
        if (!bytes.isParquet()) {
            return;
        }
        ParquetSource rows(bytes, path);
        uint64_t given = 0;
        RawRow row;
        for (int64_t line = 1; line <= kEnough && rows.next(row); ++line) {
            fuzz::require(row.line == line, "another number than the row's");
            given += row.text.size();
            fuzz::require(given <= mostUnpackedBytes(size), "more rows than such a file may have");
            Remarks remarks;
            try {
                fuzz::require(rows.parse(row, remarks).isObject(), "a row that is no object");
            } catch (const RowError& error) {
                fuzz::require(!error.code.empty() && !error.reason.empty(), "no words");
            }
        }
    });
    return 0;
}
