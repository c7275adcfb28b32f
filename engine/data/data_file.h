// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// One data file opened: what kind of file it is, told by its content and name, and its rows.
#pragma once

#include "engine/data/columns.h"
#include "engine/data/file_bytes.h"
#include "engine/data/presets.h"
#include "engine/data/row_source.h"
#include "engine/data/text_buffer.h"
#include "engine/data/text_source.h"

#include <memory>
#include <optional>
#include <string>

namespace engine::data {

struct FileSettings
{
    std::string part;
    std::string format = "auto";    // "plain_text": the file is one document
    ColumnRoles roles;              // given: an object with such a member is a row
    const Preset* preset = nullptr; // how a table without a header is written
    std::string encoding = "auto";
    std::size_t windowBytes = 1 << 20;
    FileBytes::OnRead onRead = {};
};

class DataFile
{
public:
    // Throws Failure: kNotFound, kUnreadable, kBadFile (damaged), kUnsupported (Excel, zip, …),
    // kBadData (empty, a web page, no rows).
    DataFile(const std::string& path, const FileSettings& settings);

    // Null when the file is one document.
    RowSource* rows() { return m_rows.get(); }
    // Reads on at a place that rows() told in an earlier reading, in UTF-8 and without gzip.
    void goOn(const RowPlace& place);
    // The whole text.
    std::string document();

    std::string encoding() const;
    // How the text was decoded; null for Parquet.
    const TextSource* text() const { return m_text ? &*m_text : nullptr; }
    bool isGzip() const { return m_bytes.isGzip(); }
    uint64_t fileBytes() const { return m_bytes.fileBytes(); }
    // Of the file, so far; of Parquet by the part of its rows.
    uint64_t readBytes() const;
    std::string sha256() { return m_bytes.sha256(); }

private:
    void openText(const FileSettings& settings);
    void readHead();
    std::unique_ptr<RowSource> rowsOf(const FileSettings& settings);

    std::string m_path;
    FileBytes m_bytes;
    std::optional<TextSource> m_text;
    std::optional<TextBuffer> m_buffer;
    std::unique_ptr<RowSource> m_rows;
};

} // namespace engine::data
