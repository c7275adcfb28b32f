// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/formats/plain_text/plain_text.h"

#include "engine/contract/text.h"

#include <algorithm>

namespace engine::data::formats::plain_text {

namespace {

int match(const Value&)
{
    return 0;
}

// `document` is the whole file as text.
Record convert(const Value& document, Remarks& remarks)
{
    Record record;
    record.isText = true;
    record.text = document.toString();
    if (isBlank(record.text)) {
        throw RowError{"empty_text", "the file holds no text"};
    }
    const std::size_t nul = record.text.find('\0');
    if (nul != std::string::npos) {
        const auto line = 1 + std::count(record.text.begin(), record.text.begin() + nul, '\n');
        throw RowError{"nul_byte",
                       "line " + std::to_string(line) + " holds a NUL byte: not a text file"};
    }
    if (record.text.find("\r\n") != std::string::npos) {
        remarks.push_back(remark::kLineEnds);
        std::string plain;
        plain.reserve(record.text.size());
        for (std::size_t i = 0; i < record.text.size(); ++i) {
            if (record.text.compare(i, 2, "\r\n") != 0) {
                plain += record.text[i];
            }
        }
        record.text = std::move(plain);
    }
    return record;
}

} // namespace

constinit const Format kFormat = {
    .id = "plain_text",
    .name = LS_TEXT("Plain text"),
    .summary = LS_TEXT("A text file as one document, cut into windows; the last ones validate"),
    .columns = {},
    .match = match,
    .convert = convert,
};

} // namespace engine::data::formats::plain_text
