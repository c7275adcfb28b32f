// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Where the values of a JSON text begin and end, by counting brackets outside strings; without
// recursion, so that depth cannot overflow the stack. What is between the brackets is not checked.
#pragma once

#include "engine/data/row_source.h"

#include <functional>
#include <string>
#include <string_view>

namespace engine::data {

class JsonScanner
{
public:
    // The text so far and what follows, "" when nothing does; called at the end of `text`.
    using More = std::function<std::string_view(int64_t line)>;

    JsonScanner(std::string_view text, const std::string& file, int64_t line = 1, More more = {})
        : m_text(text), m_file(file), m_line(line), m_more(std::move(more))
    {
    }

    // The next character, NUL at the end.
    char peek();
    void skipBlanks();
    // Passes over `wanted` if that is what follows. Throws Failure at the end of the text.
    bool takes(char wanted);
    // Passes over one value and returns it without blanks around it. Throws Failure(kBadData) with
    // the line where it is not closed or nested more than 100 deep.
    RawRow value();

    std::size_t position() const { return m_at; }
    int64_t line() const { return m_line; }
    // Goes on at the start of `text`, which is on `line`.
    void restart(std::string_view text, int64_t line);
    [[noreturn]] void fail(int64_t line, std::string_view reason, std::string_view hint) const;

private:
    bool isAtEnd();
    void skipString();

    std::string_view m_text;
    const std::string& m_file;
    std::size_t m_at = 0;
    int64_t m_line = 1;
    More m_more;
};

} // namespace engine::data
