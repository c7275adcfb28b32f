// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/table_dialect.h"

#include "engine/data/row.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace engine::data {

namespace {

constexpr std::size_t kSampledRecords = 200;
constexpr std::size_t kLongestName = 64;

bool isNumber(std::string_view cell)
{
    double number = 0;
    const auto parsed = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    return !cell.empty() && parsed.ptr == cell.data() + cell.size();
}

// Names are short, no numbers, and mostly there; the first may be empty, as pandas' index is.
bool looksLikeHeader(const std::vector<std::string>& cells)
{
    std::size_t blank = 0;
    for (const std::string& cell : cells) {
        if (cell.size() > kLongestName || isNumber(cell) || cell.find('\n') != std::string::npos) {
            return false;
        }
        blank += isBlank(cell) ? 1 : 0;
    }
    return 2 * blank <= cells.size();
}

struct Sample
{
    std::vector<std::string> first;
    std::size_t columns = 0; // of most records
    double part = 0;         // of the records that have so many
    bool isSound = true;     // no stray quotation mark
    bool hasQuoted = false;
};

Sample sampled(std::string_view head, const TableDialect& dialect, bool isRest)
{
    Sample sample;
    std::map<std::size_t, std::size_t> counts;
    std::size_t records = 0;
    while (records < kSampledRecords && !head.empty()) {
        const bool isFirst = records == 0;
        TableRecord record = takeRecord(head, dialect, isRest, isFirst);
        if (record.length == 0) {
            break;
        }
        const bool isEmpty = isBlank(head.substr(0, record.length));
        head = head.substr(record.length);
        if (isEmpty) {
            continue;
        }
        if (isFirst) {
            sample.first = std::move(record.cells);
        }
        ++records;
        ++counts[record.columns];
        sample.isSound = sample.isSound && !record.hasStrayQuote;
        sample.hasQuoted = sample.hasQuoted || record.hasQuoted;
    }
    for (const auto& [columns, count] : counts) {
        const double part = static_cast<double>(count) / static_cast<double>(records);
        if (part > sample.part) {
            sample.part = part;
            sample.columns = columns;
        }
    }
    return sample;
}

void nameColumns(TableDialect& dialect, const Sample& sample)
{
    dialect.hasHeader = looksLikeHeader(sample.first);
    dialect.columns = numberedColumns(sample.first.size());
    for (std::size_t i = 0; dialect.hasHeader && i < sample.first.size(); ++i) {
        if (!isBlank(sample.first[i])) {
            dialect.columns[i] = sample.first[i];
        }
    }
}

// Appends what stands up to the closing quotation mark and returns where it goes on; npos when the
// text ends before that.
std::size_t takeQuoted(std::string_view text, std::size_t at, bool isRest, std::string& cell)
{
    while (true) {
        const std::size_t mark = text.find('"', at);
        if (mark == std::string_view::npos || (mark + 1 == text.size() && !isRest)) {
            return std::string_view::npos;
        }
        cell.append(text, at, mark - at);
        at = mark + 1;
        if (at == text.size() || text[at] != '"') {
            return at;
        }
        cell += '"';
        ++at;
    }
}

} // namespace

std::vector<std::string> numberedColumns(std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i) {
        names.push_back("column_" + std::to_string(i));
    }
    return names;
}

TableRecord
takeRecord(std::string_view text, const TableDialect& dialect, bool isRest, bool withCells)
{
    const auto lineEndFrom = [text](std::size_t at) {
        return std::min(text.find('\n', at), text.size());
    };
    TableRecord record;
    std::size_t at = 0;
    std::size_t lineEnd = lineEndFrom(0); // looked for once a line, not once a cell
    while (true) {
        std::string cell;
        const bool isQuoted = dialect.hasQuotes && at < text.size() && text[at] == '"';
        if (isQuoted) {
            record.openQuote = at;
            record.hasQuoted = true;
            at = takeQuoted(text, at + 1, isRest, cell);
            if (at == std::string_view::npos) {
                return record;
            }
        }
        lineEnd = lineEnd < at ? lineEndFrom(at) : lineEnd;
        if (lineEnd == text.size() && !isRest) {
            return record;
        }
        const std::size_t length = text.substr(at, lineEnd - at).find(dialect.delimiter);
        const bool isLast = length == std::string_view::npos;
        std::string_view plain = text.substr(at, isLast ? lineEnd - at : length);
        at += plain.size() + (isLast ? 1 : dialect.delimiter.size());
        if (isLast && plain.ends_with('\r')) {
            plain.remove_suffix(1);
        }
        record.hasStrayQuote = record.hasStrayQuote || (isQuoted && !plain.empty());
        ++record.columns;
        if (withCells) {
            cell += plain;
            record.cells.push_back(std::move(cell));
        }
        if (isLast) {
            record.length = std::min(at, text.size());
            return record;
        }
    }
}

DetectedTable detectTable(std::string_view head, bool isRest, bool isTabSeparated)
{
    DetectedTable best;
    Sample bestSample;
    const std::vector<std::string> delimiters = isTabSeparated
                                                    ? std::vector<std::string>{"\t", ",", ";", "|"}
                                                    : std::vector<std::string>{",", "\t", ";", "|"};
    for (const std::string& delimiter : delimiters) {
        TableDialect dialect;
        dialect.delimiter = delimiter;
        Sample sample = sampled(head, dialect, isRest);
        // In tables with tabs a quotation mark is mostly a character, unless all of them pair up.
        if (delimiter == "\t" && !(sample.isSound && sample.hasQuoted && sample.part == 1)) {
            dialect.hasQuotes = false;
            sample = sampled(head, dialect, isRest);
        }
        const double confidence = sample.columns > 1 ? sample.part : 0;
        if (best.dialect.columns.empty() || confidence > best.confidence) {
            best = {dialect, confidence};
            best.dialect.columns.clear();
            bestSample = std::move(sample);
            nameColumns(best.dialect, bestSample);
        }
    }
    return best;
}

} // namespace engine::data
