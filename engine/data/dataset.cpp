// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"

#include "engine/contract/suggest.h"
#include "engine/data/data_files.h"
#include "engine/data/encoding.h"
#include "engine/data/formats/registry.h"
#include "engine/data/json_rows.h"
#include "engine/data/line_windows.h"
#include "engine/data/refusal.h"
#include "engine/data/repeated_rows.h"
#include "engine/device/files.h"
#include "engine/device/sha256.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace engine::data {

namespace {

constexpr uint64_t kMaximumFileBytes = uint64_t{16} << 30;
constexpr std::size_t kMaximumNamed = 20; // names listed in one message

const Format* askedFormat(const std::string& id)
{
    if (id == "auto") {
        return nullptr;
    }
    const Format* format = formats::find(id);
    if (!format) {
        std::vector<std::string> ids = {"auto"};
        for (const Format* known : formats::all()) {
            ids.emplace_back(known->id);
        }
        throw Failure(code::kBadField,
                      "data.format: unknown format " + id,
                      contract::suggestion(id, ids, "formats"),
                      "data.format");
    }
    return format;
}

bool isEmptyValue(const Value& value)
{
    return value.isNull() || (value.isString() && isBlank(value.toString()));
}

std::string listed(const std::vector<std::string>& names)
{
    if (names.size() <= kMaximumNamed) {
        return contract::joined(names);
    }
    const std::vector<std::string> first(names.begin(), names.begin() + kMaximumNamed);
    return contract::joined(first) + ", … (" + std::to_string(names.size()) + " in all)";
}

std::string memberNames(const Value& row)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : row.toObject()) {
        names.push_back(name);
    }
    return listed(names);
}

// Reads one file row by row and keeps the report.
class Loader
{
public:
    Loader(const std::string& path, const LoadSettings& settings)
        : m_settings(settings), m_asked(askedFormat(settings.format))
    {
        checkRoles(settings.columns);
        const DataFiles files = dataFilesOf(path);
        m_data.path = files.train;
        m_data.validationPath = files.validation;
        m_data.testPath = files.test;
        m_data.firstKept = settings.firstKept;
    }

    Dataset load()
    {
        LineWindows windows(m_data.path, m_settings.windowBytes);
        const std::string_view head = windows.next();
        if (windows.isAtEnd()) {
            addWhole(head);
            m_data.sha256 = windows.sha256();
        } else if (windows.fileBytes() <= kMaximumFileBytes && !isBlank(head)
                   && isJsonLines(fileText(head, m_data.path))) {
            addLines(head, windows);
        } else {
            const std::string content = device::readFile(m_data.path, kMaximumFileBytes);
            addWhole(content);
            m_data.sha256 = device::sha256Hex(content);
        }
        m_data.rows = m_data.good + static_cast<int64_t>(m_data.dropped.size());
        requireMappedColumns();
        requireRecords();
        addNotices();
        return std::move(m_data);
    }

private:
    struct Counted
    {
        std::string message;
        int64_t rows = 0;
        int64_t firstLine = 0;
    };

    void addWhole(std::string_view content)
    {
        const FileText file = fileText(content, m_data.path);
        m_data.encoding = file.encoding;
        if (kindOfFile(m_data.path, file.text, m_settings.format) == FileKind::Text) {
            addDocument(file.text);
            return;
        }
        for (const RawRow& row : splitJsonRows(file.text, m_data.path)) {
            addRow(row);
        }
    }

    bool isJsonLines(const FileText& head) const
    {
        return kindOfFile(m_data.path, head.text, m_settings.format) == FileKind::Json
               && beginsAsJsonLines(head.text);
    }

    void addLines(std::string_view head, LineWindows& windows)
    {
        const FileText file = fileText(head, m_data.path);
        m_data.encoding = file.encoding;
        bool isUtf8 = file.isUtf8;
        int64_t line = 0;
        for (std::string_view window = file.text; !window.empty(); window = windows.next()) {
            // The first stray byte of a file tells what it is.
            isUtf8 = isUtf8 && requireNotCp949(window, m_data.path, line + 1);
            for (RawRow row = takeLine(window, line); !row.text.empty();
                 row = takeLine(window, line)) {
                addRow(row);
            }
        }
        m_data.sha256 = windows.sha256();
    }

    void addDocument(std::string_view text)
    {
        const std::optional<BadByte> bad = findInvalidUtf8(text);
        if (bad) {
            throw refusal(code::kBadData,
                          m_data.path,
                          bad->line,
                          "not UTF-8 at byte " + std::to_string(bad->column) + " of the line",
                          "Save it as UTF-8");
        }
        const Format& format = *formats::find("plain_text");
        Remarks remarks;
        try {
            add({text, 1}, format, format.convert(Value(text), remarks), remarks);
        } catch (const RowError& error) {
            throw refusal(code::kBadData, m_data.path, 0, error.reason, "Choose a text file");
        }
    }

    void addRow(const RawRow& raw)
    {
        try {
            const Value parsed = parseRow(raw);
            noteColumns(parsed);
            Remarks remarks;
            const bool isMapped = !m_settings.columns.empty();
            const Value mapped =
                isMapped ? rowByRoles(parsed, m_settings.columns, remarks) : Value();
            const Value& row = isMapped ? mapped : parsed;
            const Format& format = formatOf(row);
            add(raw, format, convert(format, row, remarks), remarks);
        } catch (const RowError& error) {
            m_data.dropped.push_back({m_data.path, raw.line, error.code, error.reason});
        }
    }

    const Format& formatOf(const Value& row) const
    {
        const Value::Object& members = row.toObject();
        if (members.empty()) {
            throw RowError{"empty_row", "the row has no members"};
        }
        if (std::all_of(members.begin(), members.end(), [](const Value::Member& member) {
                return isEmptyValue(member.second);
            })) {
            throw RowError{"empty_row", "all members are empty"};
        }
        const Format* format = m_asked ? m_asked : formats::bestMatch(row);
        if (!format) {
            refusePreference(row);
            throw RowError{"no_known_columns", "no known columns, only " + memberNames(row)};
        }
        return *format;
    }

    static Record convert(const Format& format, const Value& row, Remarks& remarks)
    {
        try {
            return format.convert(row, remarks);
        } catch (const RowError&) {
            refusePreference(row);
            throw;
        }
    }

    // Says what the row is instead of what it lacks.
    static void refusePreference(const Value& row)
    {
        if (row.contains("chosen") || row.contains("rejected")) {
            throw RowError{
                "preference_row",
                "a preference row (chosen, rejected); this version learns from answers only"};
        }
    }

    void add(const RawRow& raw, const Format& format, Record record, Remarks& remarks)
    {
        const device::Sha256::Digest digest = device::sha256(raw.text);
        m_repeated.add(digest, raw.line);
        const int64_t kept = m_data.good++ - m_settings.firstKept;
        if (kept >= 0 && kept < m_settings.mostKept) {
            record.file = m_data.path;
            record.line = raw.line;
            record.sha256 = device::hexOf(digest);
            m_data.records.push_back(std::move(record));
        }
        ++m_formatRows[&format];
        if (raw.text.find("\xEF\xBF\xBD") != std::string_view::npos
            || raw.text.find("\\ufffd") != std::string_view::npos
            || raw.text.find("\\uFFFD") != std::string_view::npos) {
            remarks.push_back(remark::kLostCharacters);
        }
        std::set<std::string_view> seen;
        for (const Remark& remark : remarks) {
            if (seen.insert(remark.code).second) {
                note(remark.code, remark.message, raw.line);
            }
        }
    }

    void note(std::string_view remarkCode, std::string_view message, int64_t line)
    {
        Counted& counted = m_remarks[std::string(remarkCode)];
        if (counted.rows++ == 0) {
            counted.message = message;
            counted.firstLine = line;
        }
    }

    void noteColumns(const Value& row)
    {
        const Value::Object& members = row.toObject();
        const bool isAsBefore =
            members.size() == m_lastColumns.size()
            && std::equal(members.begin(),
                          members.end(),
                          m_lastColumns.begin(),
                          [](const Value::Member& member, const std::string& name) {
                              return member.first == name;
                          });
        if (isAsBefore) {
            return;
        }
        m_lastColumns.clear();
        for (const auto& [name, value] : members) {
            m_lastColumns.push_back(name);
            if (m_columns.insert(name).second) {
                m_data.columns.push_back(name);
            }
        }
    }

    void requireMappedColumns() const
    {
        for (const auto& [column, role] : m_settings.columns) {
            if (!m_columns.contains(column)) {
                throw Failure(code::kBadField,
                              "data.columns: " + m_data.path + " has no column " + column,
                              "Its columns: " + listed(m_data.columns),
                              "data.columns." + column);
            }
        }
    }

    void requireRecords() const
    {
        if (m_data.good > 0) {
            return;
        }
        std::vector<std::string> counts;
        for (const auto& [reason, rows] : countByCode(m_data.dropped)) {
            counts.push_back(std::to_string(rows) + " " + reason);
        }
        const Problem& first = m_data.dropped.front();
        throw refusal(code::kBadData,
                      m_data.path,
                      first.line,
                      first.message + " (no usable row: " + contract::joined(counts) + ")",
                      "Rows look like {\"prompt\": …, \"completion\": …}, {\"messages\": […]}, "
                      "{\"instruction\": …, \"output\": …} or {\"text\": …}; other columns are "
                      "given roles by data.columns");
    }

    void addNotices()
    {
        for (const auto& [remarkCode, counted] : m_remarks) {
            addNotice(remarkCode, counted.firstLine, counted.message + rowsOf(counted.rows));
        }
        addDuplicates();
        addFormats();
        addUnusedColumns();
    }

    static std::string rowsOf(int64_t rows)
    {
        return rows == 1 ? " (1 row)" : " (" + std::to_string(rows) + " rows)";
    }

    void addNotice(std::string noticeCode, int64_t line, std::string message)
    {
        m_data.notices.push_back({m_data.path, line, std::move(noticeCode), std::move(message)});
    }

    void addDuplicates()
    {
        if (m_repeated.count() > 0) {
            addNotice("duplicate",
                      m_repeated.firstLine(),
                      "rows that repeat an earlier one are kept" + rowsOf(m_repeated.count())
                          + "; the first repeats line "
                          + std::to_string(m_repeated.repeatedLine()));
        }
    }

    void addFormats()
    {
        int64_t most = 0;
        std::vector<std::string> counts;
        for (const Format* format : formats::all()) {
            const auto found = m_formatRows.find(format);
            if (found == m_formatRows.end()) {
                continue;
            }
            counts.push_back(std::to_string(found->second) + " " + std::string(format->id));
            if (found->second > most) {
                most = found->second;
                m_data.format = format->id;
            }
        }
        if (counts.size() > 1) {
            addNotice("mixed_formats", 0, "rows of several shapes: " + contract::joined(counts));
        }
    }

    void addUnusedColumns()
    {
        std::vector<std::string> unused;
        for (const std::string& column : m_data.columns) {
            if (!isUsed(column)) {
                unused.push_back(column);
            }
        }
        if (!unused.empty()) {
            addNotice("unused_columns", 0, "columns that are not used: " + listed(unused));
        }
    }

    bool isUsed(const std::string& column) const
    {
        if (!m_settings.columns.empty()) {
            return m_settings.columns.contains(column);
        }
        return std::any_of(m_formatRows.begin(), m_formatRows.end(), [&](const auto& counted) {
            const auto columns = counted.first->columns;
            return std::find(columns.begin(), columns.end(), column) != columns.end();
        });
    }

    const LoadSettings& m_settings;
    const Format* m_asked;
    Dataset m_data;
    std::unordered_set<std::string> m_columns;
    std::vector<std::string> m_lastColumns; // of the row before
    RepeatedRows m_repeated;
    std::map<std::string, Counted> m_remarks;
    std::unordered_map<const Format*, int64_t> m_formatRows;
};

} // namespace

Dataset loadDataset(const std::string& path, const LoadSettings& settings)
{
    return Loader(path, settings).load();
}

std::map<std::string, int64_t> countByCode(const std::vector<Problem>& problems)
{
    std::map<std::string, int64_t> counts;
    for (const Problem& problem : problems) {
        ++counts[problem.code];
    }
    return counts;
}

} // namespace engine::data
