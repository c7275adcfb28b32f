// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The rows of a data file one after the other, whatever kind of file it is.
#pragma once

#include "engine/data/row.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::data {

struct RawRow
{
    std::string_view text; // as it stands in the file, without blanks and line ends around it
    int64_t line = 0;      // 1-based, where it starts; of Parquet the row's number
};

// Where reading can go on another time.
struct RowPlace
{
    uint64_t byte = 0; // of the text, where the next row begins
    int64_t line = 0;  // lines before it
};

class RowSource
{
public:
    virtual ~RowSource() = default;
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;

    // The next row, valid until the next call; false behind the last one. Throws Failure with the
    // line where the file cannot be read on.
    virtual bool next(RawRow& row) = 0;
    // The row as an object. Throws RowError; what was mended is a remark.
    virtual Value parse(const RawRow& row, Remarks& remarks) = 0;
    // Before the next row; nothing where the file has to be read from its start.
    virtual std::optional<RowPlace> place() const { return std::nullopt; }
    // What is read next begins at `place`.
    virtual void goOn(const RowPlace& /*place*/) {}
    // Which part of the rows was given, 0…1, where the source knows their number.
    virtual double passedPart() const { return 0; }
    // Names of the parts that the file has beside the one read (members of an object of lists).
    virtual std::vector<std::string> otherParts() const { return {}; }
};

} // namespace engine::data
