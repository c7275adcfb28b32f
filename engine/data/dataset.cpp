// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/dataset.h"

#include "engine/contract/suggest.h"
#include "engine/data/data_file.h"
#include "engine/data/formats/registry.h"
#include "engine/data/load_notices.h"
#include "engine/data/refusal.h"
#include "engine/data/row_shape.h"
#include "engine/data/source.h"
#include "engine/device/sha256.h"

#include <algorithm>

namespace engine::data {

namespace {

constexpr std::size_t kMostTexts = 1000; // rows left out whose text is kept
constexpr std::size_t kLongestText = 4096;
constexpr int64_t kRowsBetweenProgress = 64;
constexpr int64_t kRowsBetweenMarks = 256;
constexpr std::string_view kValidationParts[] = {"valid", "validation", "val", "dev"};

// Not inside a character.
std::string shortened(std::string_view text)
{
    std::size_t end = std::min(text.size(), kLongestText);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    return std::string(text.substr(0, end));
}

// Reads the files row by row and keeps the report.
class Loader
{
public:
    Loader(const std::string& path, const LoadSettings& settings)
        : m_settings(settings), m_source(sourceOf(path)), m_shape(settings, m_source.info),
          m_edits(settings.edits.get())
    {
        const DataFiles& files = m_source.files;
        m_data.path = files.files.size() == 1 ? files.files.front() : path;
        m_data.validationPath = files.validation;
        m_data.testPath = files.test;
    }

    Dataset load()
    {
        m_allBytes = bytesOf(m_source.files);
        std::vector<std::string> hashes;
        for (const std::string& file : m_source.files.files) {
            hashes.push_back(addFile(file));
        }
        reportProgress(m_allBytes, true);
        m_data.sha256 = contentHash(m_source.files, hashes);
        m_data.unedited = m_nextIndex;
        m_data.changed = m_edits.changed();
        m_data.deleted = m_edits.deleted();
        m_data.matchedEdits = m_edits.matched();
        m_data.rows = m_data.good;
        for (const auto& [reason, rows] : m_data.droppedByCode) {
            m_data.rows += rows;
        }
        m_data.columns = m_notices.columns();
        m_data.format = m_notices.format();
        m_data.examples = m_notices.examples();
        m_data.rowsByFormat = m_notices.rowsByFormat();
        m_data.roles = m_shape.roles();
        m_data.preset = m_shape.preset() ? std::string(m_shape.preset()->id) : "";
        requireMappedColumns();
        requireRecords();
        m_data.notices = m_notices.notices(m_data.path, m_shape.roles());
        return std::move(m_data);
    }

    // Nothing but the rows that are kept.
    Dataset loadFrom(const RowMark& mark)
    {
        m_file = m_source.files.files.front();
        DataFile file(m_file, fileSettings());
        file.goOn(mark.place);
        m_nextIndex = mark.good;
        RawRow row;
        while (m_nextIndex < m_settings.firstKept + m_settings.mostKept && file.rows()->next(row)) {
            addRow(row, *file.rows());
        }
        return std::move(m_data);
    }

private:
    // Returns the hash of its bytes.
    std::string addFile(const std::string& path)
    {
        m_file = path;
        FileSettings settings = fileSettings();
        if (m_settings.progress) {
            settings.onRead = [this](uint64_t bytes) { reportProgress(m_doneBytes + bytes); };
        }
        DataFile file(path, settings);
        if (file.rows()) {
            RawRow row;
            addMark(*file.rows());
            while (file.rows()->next(row)) {
                addRow(row, *file.rows());
                addMark(*file.rows());
                if (++m_rowsRead % kRowsBetweenProgress == 0 && m_settings.progress) {
                    reportProgress(m_doneBytes + file.readBytes());
                }
            }
            findValidation(*file.rows());
            dropMarks(file);
        } else {
            addDocument(file.document(), file);
        }
        noteEncoding(file);
        const std::string hash = file.sha256();
        m_doneBytes += file.fileBytes();
        return hash;
    }

    FileSettings fileSettings() const
    {
        return {.part = m_source.files.part,
                .format = m_settings.format,
                .roles = m_shape.roles(),
                .preset = m_shape.preset(),
                .encoding = m_settings.encoding == "auto" && m_settings.edits
                                ? m_settings.edits->encoding()
                                : m_settings.encoding,
                .windowBytes = m_settings.windowBytes};
    }

    void addDocument(const std::string& text, const DataFile& file)
    {
        const std::optional<BadByte> bad =
            file.text()->isDecoded() ? std::nullopt : findInvalidUtf8(text);
        if (bad) {
            throw refusal(code::kBadData,
                          m_file,
                          bad->line,
                          "not UTF-8 at byte " + std::to_string(bad->column) + " of the line",
                          "Save it as UTF-8");
        }
        const Format& format = *formats::find("plain_text");
        Remarks remarks;
        try {
            ++m_nextIndex;
            add({text, 1},
                device::sha256(text),
                {format.convert(Value(text), remarks), &format},
                remarks);
        } catch (const RowError& error) {
            throw refusal(code::kBadData, m_file, 0, error.reason, "Choose a text file");
        }
    }

    void addRow(const RawRow& raw, RowSource& source)
    {
        const device::Sha256::Digest digest = device::sha256(raw.text);
        const RowEdit* const edit = m_edits.next(digest);
        try {
            Remarks remarks;
            if (edit != nullptr) {
                addEdited(raw, digest, *edit, source);
                return;
            }
            const Value row = noted(source.parse(raw, remarks));
            addShaped(raw, digest, row, m_nextIndex, remarks);
            ++m_nextIndex;
        } catch (const RowError& error) {
            drop(raw, digest, error);
        }
    }

    // Edits do not renumber: an index counts the rows that are good as they stand in the file.
    void addEdited(const RawRow& raw,
                   const device::Sha256::Digest& digest,
                   const RowEdit& edit,
                   RowSource& source)
    {
        Value original;
        int64_t index = -1;
        try {
            Remarks remarks;
            original = noted(source.parse(raw, remarks));
            m_shape.shaped(original, remarks);
            index = m_nextIndex++;
        } catch (const RowError&) {
            // The edit may mend it.
        }
        if (edit.isDeleted) {
            return;
        }
        Remarks remarks;
        if (edit.replacement && edit.replacement->isString()) {
            original = source.parse({edit.replacement->toString(), raw.line}, remarks);
        }
        const Value row = edit.applied(original);
        m_notices.noteColumns(row);
        addShaped(raw, digest, row, index, remarks);
    }

    Value noted(Value row)
    {
        if (m_notices.noteColumns(row)) {
            m_shape.setColumns(m_notices.lastColumns());
        }
        return row;
    }

    void addShaped(const RawRow& raw,
                   const device::Sha256::Digest& digest,
                   const Value& row,
                   int64_t index,
                   Remarks& remarks)
    {
        RowShape::Shaped shaped = m_shape.shaped(row, remarks);
        shaped.record.index = index;
        if (m_settings.keepMembers) {
            shaped.record.row = row;
        }
        add(raw, digest, std::move(shaped), remarks);
    }

    void drop(const RawRow& raw, const device::Sha256::Digest& digest, const RowError& error)
    {
        ++m_data.droppedByCode[error.code];
        Problem problem{m_file, raw.line, error.code, error.reason, {}, {}};
        if (m_settings.badRow) {
            problem.sha256 = device::hexOf(digest);
            m_settings.badRow(problem, raw.text);
        }
        if (m_data.dropped.size() < kMostTexts) {
            problem.text = shortened(raw.text);
        }
        if (m_data.dropped.size() < kMostListed) {
            problem.sha256 = device::hexOf(digest);
            m_data.dropped.push_back(std::move(problem));
        }
    }

    void add(const RawRow& raw,
             const device::Sha256::Digest& digest,
             RowShape::Shaped shaped,
             Remarks& remarks)
    {
        ++m_data.good;
        m_notices.addRow(m_file, raw, digest, *shaped.format, remarks);
        Record& record = shaped.record;
        const int64_t at = record.index < 0 ? m_nextIndex : record.index;
        const bool isKept =
            at >= m_settings.firstKept && at - m_settings.firstKept < m_settings.mostKept;
        if (!isKept && !m_settings.eachRecord) {
            return;
        }
        record.file = m_file;
        record.line = raw.line;
        record.sha256 = device::hexOf(digest);
        if (m_settings.eachRecord) {
            m_settings.eachRecord(record);
        }
        if (isKept) {
            m_data.records.push_back(std::move(record));
        }
    }

    void addMark(const RowSource& rows)
    {
        const bool isDue = m_settings.marks && m_nextIndex == m_nextMark;
        if (const auto place = isDue ? rows.place() : std::nullopt) {
            m_settings.marks->push_back({*place, m_nextIndex});
            m_nextMark += kRowsBetweenMarks;
        }
    }

    // Where bytes of the text are no bytes of the file, or files follow each other.
    void dropMarks(const DataFile& file) const
    {
        const bool isPlain = !file.isGzip() && file.text() && !file.text()->isDecoded();
        if (m_settings.marks && (!isPlain || m_source.files.files.size() > 1)) {
            m_settings.marks->clear();
        }
    }

    void reportProgress(uint64_t bytes, bool isEnd = false)
    {
        m_furthest = std::max(m_furthest, bytes); // a Parquet file is read again to be hashed
        if (m_settings.progress
            && !m_settings.progress({m_furthest, m_allBytes, m_rowsRead, isEnd})) {
            throw Failure(code::kStopped, "reading the data was stopped", "", m_data.path);
        }
    }

    void findValidation(const RowSource& source)
    {
        const std::vector<std::string> parts = source.otherParts();
        const auto pathOf = [&](std::string_view part) {
            return std::find(parts.begin(), parts.end(), part) == parts.end()
                       ? std::string()
                       : m_file + "#" + std::string(part);
        };
        for (const std::string_view part : kValidationParts) {
            m_data.validationPath =
                m_data.validationPath.empty() ? pathOf(part) : m_data.validationPath;
        }
        m_data.testPath = m_data.testPath.empty() ? pathOf("test") : m_data.testPath;
    }

    void noteEncoding(const DataFile& file)
    {
        const std::string encoding = file.encoding();
        if (m_data.encoding.find(encoding) == std::string::npos) {
            m_data.encoding += (m_data.encoding.empty() ? "" : ", ") + encoding;
        }
        if (file.text() && file.text()->isDecoded()) {
            m_notices.add("decoded",
                          "the text is not UTF-8 and was read as " + encoding
                              + "; look whether its letters are right",
                          m_file,
                          1);
            const int64_t bad = file.text()->badBytes();
            const BadByte& first = file.text()->firstBad();
            if (bad > 0) {
                m_notices.add("invalid_bytes",
                              std::to_string(bad) + " bytes mean nothing in " + encoding
                                  + " and became U+FFFD; the first in column "
                                  + std::to_string(first.column),
                              m_file,
                              first.line);
            }
        }
    }

    void requireMappedColumns() const
    {
        for (const auto& [column, role] : m_shape.roles()) {
            const bool isNeeded =
                m_settings.columns.contains(column) || (m_shape.preset() && m_data.good == 0);
            if (isNeeded && !m_notices.hasColumn(column)) {
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
        if (m_data.deleted > 0 && m_data.dropped.empty()) {
            throw refusal(code::kBadData,
                          m_data.path,
                          0,
                          "the edits delete every row",
                          "Take some of the deletions back");
        }
        if (m_data.dropped.empty()) {
            throw refusal(code::kBadData, m_data.path, 0, "no rows", "Choose a file with rows");
        }
        std::vector<std::string> counts;
        for (const auto& [reason, rows] : m_data.droppedByCode) {
            counts.push_back(std::to_string(rows) + " " + reason);
        }
        const Problem& first = m_data.dropped.front();
        throw refusal(code::kBadData,
                      first.file,
                      first.line,
                      first.message + " (no usable row: " + contract::joined(counts) + ")",
                      "Rows look like {\"prompt\": …, \"completion\": …}, {\"messages\": […]}, "
                      "{\"instruction\": …, \"output\": …} or {\"text\": …}; other columns are "
                      "given roles by data.columns");
    }

    const LoadSettings& m_settings;
    Source m_source;
    RowShape m_shape;
    EditTally m_edits;
    int64_t m_nextIndex = 0; // of good rows as they stand in the file
    std::string m_file;      // the one being read
    Dataset m_data;
    LoadNotices m_notices;
    uint64_t m_allBytes = 0;
    uint64_t m_doneBytes = 0;
    uint64_t m_furthest = 0;
    int64_t m_rowsRead = 0;
    int64_t m_nextMark = 0;
};

} // namespace

Dataset loadDataset(const std::string& path, const LoadSettings& settings)
{
    return Loader(path, settings).load();
}

Dataset loadRows(const std::string& path, const LoadSettings& settings, const RowMark& mark)
{
    return Loader(path, settings).loadFrom(mark);
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
