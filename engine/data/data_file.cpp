// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/data_file.h"

#include "engine/data/data_files.h"
#include "engine/data/json_document.h"
#include "engine/data/json_rows.h"
#include "engine/data/parquet_source.h"
#include "engine/data/refusal.h"
#include "engine/data/table_rows.h"

#include <algorithm>

namespace engine::data {

namespace {

constexpr std::size_t kMaximumDocumentBytes = std::size_t{16} << 30;
constexpr std::size_t kHeadBytes = 64 << 10; // by which a file is told
constexpr int kSampledLines = 20;
constexpr double kSureTable = 0.95;

bool startsWithIgnoringCase(std::string_view text, std::string_view start)
{
    return text.size() >= start.size()
           && std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) {
                  return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
              });
}

bool looksLikeWebPage(std::string_view text)
{
    return startsWithIgnoringCase(text, "<!doctype") || startsWithIgnoringCase(text, "<html");
}

bool isRow(std::string_view line)
{
    line.remove_suffix(line.ends_with(',') ? 1 : 0);
    return line.starts_with('{') && contract::parseJson(line).ok();
}

// Whether text that begins with { has an object per line. One line alone may be an object of lists.
bool isJsonLines(std::string_view text, bool isRest)
{
    int lines = 0;
    int rows = 0;
    while (!text.empty() && lines < kSampledLines) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos && !isRest) {
            break;
        }
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const std::string_view content = trimmed(line);
        // What is indented belongs to an object over several lines.
        const bool canBeRow = lines == 0 || line.starts_with('{');
        lines += content.empty() ? 0 : 1;
        rows += canBeRow && isRow(content) ? 1 : 0;
        if (rows > 0 && lines > 1) {
            return true;
        }
    }
    return lines == 1 && rows == 0;
}

bool isJsonExtension(const std::string& extension)
{
    return extension == ".json" || extension == ".jsonl" || extension == ".ndjson";
}

} // namespace

DataFile::DataFile(const std::string& path, const FileSettings& settings)
    : m_path(path), m_bytes(path, settings.onRead)
{
    if (m_bytes.isParquet()) {
        m_rows = std::make_unique<ParquetSource>(m_bytes, path);
        return;
    }
    m_text.emplace(m_bytes, path, settings.encoding);
    openText(settings);
}

std::string DataFile::encoding() const
{
    return m_text ? m_text->encoding() : "parquet";
}

uint64_t DataFile::readBytes() const
{
    const double part = m_bytes.isParquet() && m_rows ? m_rows->passedPart() : 0;
    return std::max(m_bytes.readBytes(),
                    static_cast<uint64_t>(part * static_cast<double>(m_bytes.fileBytes())));
}

void DataFile::openText(const FileSettings& settings)
{
    m_buffer.emplace(*m_text, m_path, settings.windowBytes);
    readHead();
    if (settings.format != "plain_text") {
        m_rows = rowsOf(settings);
    }
}

// The first line, or all of an object, must be there to tell; and no less however the file is read.
void DataFile::readHead()
{
    // Blanks at the front are read whole, so that there is something to tell by.
    while ((trimmed(m_buffer->text()).empty() || m_buffer->text().size() < kHeadBytes)
           && m_buffer->grow(1)) {
    }
    if (trimmed(m_buffer->text()).empty()) {
        throw refusal(
            code::kBadData, m_path, 0, "the file is empty: blanks only", "Choose a file with rows");
    }
    const bool isObject = trimmed(m_buffer->text()).starts_with('{');
    m_buffer->allow(kMaximumObjectBytes);
    while (isObject && trimmed(m_buffer->text()).find('\n') == std::string_view::npos
           && m_buffer->grow(1)) {
    }
    m_buffer->allow(kMaximumRowBytes);
}

// Null for prose, which is one document.
std::unique_ptr<RowSource> DataFile::rowsOf(const FileSettings& settings)
{
    const std::string extension = extensionOf(m_path);
    const bool isProse = extension == ".txt" || extension == ".md" || extension == ".markdown"
                         || extension == ".text";
    const bool isTable = extension == ".csv" || extension == ".tsv";
    // The first line says how many columns there are.
    while (isTable && trimmed(m_buffer->text()).find('\n') == std::string_view::npos
           && m_buffer->grow(1)) {
    }
    const std::string_view content = trimmed(m_buffer->text());
    if (!isProse && looksLikeWebPage(content)) {
        throw refusal(code::kBadData,
                      m_path,
                      1,
                      "it looks like a web page, not data",
                      "The download may have failed; download the file itself");
    }
    const bool isObject = content.starts_with('{');
    const bool isJson = isObject || content.starts_with('[');
    // The same head however the file is read.
    const std::string_view all = m_buffer->text();
    const std::size_t first = all.find_first_not_of(kBlanks);
    const std::size_t firstEnd = std::min(all.find('\n', first), all.size() - 1);
    const std::string_view text = all.substr(0, std::max(firstEnd + 1, first + kHeadBytes));
    const bool isRest = m_buffer->isRead() && text.size() == all.size();
    if (settings.preset && !settings.preset->delimiter.empty()) {
        TableDialect dialect{std::string(settings.preset->delimiter), false, false, {}};
        dialect.columns = numberedColumns(takeRecord(text, dialect, isRest, false).columns);
        return std::make_unique<TableRows>(*m_buffer, m_path, std::move(dialect));
    }
    const bool isLines = isObject && isJsonLines(text, isRest);
    if (isProse && settings.format == "auto" && !isLines) {
        return nullptr;
    }
    if (isLines || (!isTable && (isJson || isJsonExtension(extension)))) {
        const bool isDocument = text[first] == '[' || (isObject && !isLines);
        if (isDocument) {
            return std::make_unique<JsonDocument>(*m_buffer, m_path, settings.part, settings.roles);
        }
        return std::make_unique<JsonLines>(*m_buffer);
    }
    const DetectedTable table = detectTable(text, isRest, extension == ".tsv");
    if (isTable || table.confidence >= kSureTable) {
        return std::make_unique<TableRows>(*m_buffer, m_path, table.dialect);
    }
    throw refusal(code::kUnsupported,
                  m_path,
                  0,
                  "the kind of file is not known by its name, and it begins neither like JSON nor "
                  "like a table",
                  "Files that are read: .jsonl, .json, .csv, .tsv, .parquet, .txt, .md; for any "
                  "other text give the format plain_text");
}

void DataFile::goOn(const RowPlace& place)
{
    m_text->goOn(place.byte);
    m_buffer->restart(place.byte);
    m_rows->goOn(place);
}

std::string DataFile::document()
{
    m_buffer->allow(kMaximumDocumentBytes);
    while (m_buffer->grow(1)) {
    }
    return std::string(m_buffer->text());
}

} // namespace engine::data
