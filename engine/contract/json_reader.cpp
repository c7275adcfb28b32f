// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/json_reader.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <numeric>

namespace engine::contract {

namespace {

constexpr std::size_t kFewMembers = 16; // so many are compared each with each

// Eight bytes whose high bits tell which of them end a run of plain characters: quotation marks,
// backslashes, control characters and everything beyond ASCII. Only the lowest set bit is exact.
uint64_t specialBytes(uint64_t eight)
{
    constexpr uint64_t kOnes = 0x0101010101010101;
    constexpr uint64_t kHigh = 0x8080808080808080;
    const uint64_t quote = eight ^ (kOnes * '"');
    const uint64_t backslash = eight ^ (kOnes * '\\');
    return (((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)
            | ((eight - kOnes * ' ') & ~eight) | eight)
           & kHigh;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

void appendUtf8(std::string& text, uint32_t code)
{
    const auto continuation = [&](int shift) {
        text.push_back(static_cast<char>(0x80 | ((code >> shift) & 0x3F)));
    };
    if (code < 0x80) {
        text.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        text.push_back(static_cast<char>(0xC0 | (code >> 6)));
        continuation(0);
    } else if (code < 0x10000) {
        text.push_back(static_cast<char>(0xE0 | (code >> 12)));
        continuation(6);
        continuation(0);
    } else {
        text.push_back(static_cast<char>(0xF0 | (code >> 18)));
        continuation(12);
        continuation(6);
        continuation(0);
    }
}

// Recursive descent; every function is false where the text is not plain JSON.
class Reader
{
public:
    explicit Reader(std::string_view text) : m_at(text.data()), m_end(m_at + text.size()) {}

    std::optional<Value> read()
    {
        Value value;
        skipBlanks();
        if (!readValue(value, 0)) {
            return std::nullopt;
        }
        skipBlanks();
        return m_at == m_end ? std::optional(std::move(value)) : std::nullopt;
    }

private:
    void skipBlanks()
    {
        while (m_at < m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t')) {
            ++m_at;
        }
    }

    bool takes(char wanted)
    {
        const bool isThere = m_at < m_end && *m_at == wanted;
        m_at += isThere ? 1 : 0;
        return isThere;
    }

    bool takesWord(std::string_view word)
    {
        const bool isThere = std::string_view(m_at, m_end).starts_with(word);
        m_at += isThere ? word.size() : 0;
        return isThere;
    }

    bool readValue(Value& value, std::size_t depth)
    {
        switch (m_at < m_end ? *m_at : '\0') {
        case '"': {
            std::string text;
            const bool isRead = readString(text);
            value = Value(std::move(text));
            return isRead;
        }
        case '{':
            return depth < kMaximumJsonDepth && readObject(value, depth + 1);
        case '[':
            return depth < kMaximumJsonDepth && readList(value, depth + 1);
        case 't':
            value = Value(true);
            return takesWord("true");
        case 'f':
            value = Value(false);
            return takesWord("false");
        case 'n':
            value = Value();
            return takesWord("null");
        default:
            return readNumber(value);
        }
    }

    bool readObject(Value& value, std::size_t depth)
    {
        Value::Object members;
        ++m_at; // '{'
        skipBlanks();
        if (!takes('}')) {
            do {
                skipBlanks();
                Value::Member& member = members.emplace_back();
                if (m_at == m_end || *m_at != '"' || !readString(member.first)) {
                    return false;
                }
                skipBlanks();
                if (!takes(':')) {
                    return false;
                }
                skipBlanks();
                if (!readValue(member.second, depth)) {
                    return false;
                }
                skipBlanks();
            } while (takes(','));
            if (!takes('}')) {
                return false;
            }
        }
        keepLastOfEachKey(members);
        value = Value(std::move(members));
        return true;
    }

    bool readList(Value& value, std::size_t depth)
    {
        Value::List items;
        ++m_at; // '['
        skipBlanks();
        if (!takes(']')) {
            do {
                skipBlanks();
                if (!readValue(items.emplace_back(), depth)) {
                    return false;
                }
                skipBlanks();
            } while (takes(','));
            if (!takes(']')) {
                return false;
            }
        }
        value = Value(std::move(items));
        return true;
    }

    // Source: RFC 8259, section 6.
    bool readNumber(Value& value)
    {
        const char* const first = m_at;
        takes('-');
        const char* const digits = m_at;
        skipDigits();
        if (m_at == digits || (*digits == '0' && m_at - digits > 1)) {
            return false;
        }
        bool isInteger = true;
        if (takes('.')) {
            isInteger = false;
            if (!skipDigits()) {
                return false;
            }
        }
        if (takes('e') || takes('E')) {
            isInteger = false;
            if (!takes('+')) {
                takes('-');
            }
            if (!skipDigits()) {
                return false;
            }
        }
        return isInteger ? convert<int64_t>(first, value) : convert<double>(first, value);
    }

    bool skipDigits()
    {
        const char* const first = m_at;
        while (m_at < m_end && isDigit(*m_at)) {
            ++m_at;
        }
        return m_at > first;
    }

    template <typename Number>
    bool convert(const char* first, Value& value) const
    {
        Number number = 0;
        const auto [stopped, problem] = std::from_chars(first, m_at, number);
        value = Value(number);
        return problem == std::errc() && stopped == m_at;
    }

    bool readString(std::string& text)
    {
        ++m_at; // '"'
        while (true) {
            const char* const plain = m_at;
            if (!skipPlain()) {
                return false;
            }
            text.append(plain, m_at);
            if (m_at == m_end) {
                return false;
            }
            if (takes('"')) {
                return true;
            }
            if (!takes('\\') || !readEscape(text)) {
                return false;
            }
        }
    }

    // To the next quotation mark, backslash or control character; false at bytes that are not
    // UTF-8.
    bool skipPlain()
    {
        while (true) {
            while (m_end - m_at >= 8) {
                uint64_t eight = 0;
                std::memcpy(&eight, m_at, sizeof eight);
                const uint64_t special = specialBytes(eight);
                if (special != 0) {
                    m_at += std::countr_zero(special) / 8;
                    break;
                }
                m_at += sizeof eight;
            }
            while (m_at < m_end && static_cast<signed char>(*m_at) >= ' ' && *m_at != '"'
                   && *m_at != '\\') {
                ++m_at;
            }
            if (m_at == m_end || static_cast<signed char>(*m_at) >= 0) {
                return true;
            }
            while (m_at < m_end && static_cast<signed char>(*m_at) < 0) {
                const std::ptrdiff_t length = sequenceLength();
                if (length == 0) {
                    return false;
                }
                m_at += length;
            }
        }
    }

    // Of the well-formed sequence of more than one byte here, 0 when there is none (RFC 3629).
    std::ptrdiff_t sequenceLength() const
    {
        const auto byte = [this](int i) { return static_cast<unsigned char>(m_at[i]); };
        const unsigned char first = byte(0);
        const std::ptrdiff_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || m_end - m_at < length) {
            return 0;
        }
        // The second byte's range excludes overlong forms, surrogates and what lies beyond
        // U+10FFFF.
        const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        const auto isContinuation = [&](int i) { return (byte(i) & 0xC0) == 0x80; };
        const bool isWhole = byte(1) >= low && byte(1) <= high && (length < 3 || isContinuation(2))
                             && (length < 4 || isContinuation(3));
        return isWhole ? length : 0;
    }

    bool readEscape(std::string& text)
    {
        const char kind = m_at < m_end ? *m_at++ : '\0';
        switch (kind) {
        case '"':
        case '\\':
        case '/':
            text.push_back(kind);
            return true;
        case 'b':
            text.push_back('\b');
            return true;
        case 'f':
            text.push_back('\f');
            return true;
        case 'n':
            text.push_back('\n');
            return true;
        case 'r':
            text.push_back('\r');
            return true;
        case 't':
            text.push_back('\t');
            return true;
        case 'u':
            return readCodePoint(text);
        default:
            return false;
        }
    }

    // What follows \u; a surrogate only as the first of its pair.
    bool readCodePoint(std::string& text)
    {
        uint32_t code = 0;
        if (!readHex(code)) {
            return false;
        }
        if (code >= 0xD800 && code <= 0xDFFF) {
            uint32_t low = 0;
            if (code > 0xDBFF || !takesWord("\\u") || !readHex(low) || low < 0xDC00
                || low > 0xDFFF) {
                return false;
            }
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        appendUtf8(text, code);
        return true;
    }

    bool readHex(uint32_t& code)
    {
        if (m_end - m_at < 4) {
            return false;
        }
        const char* const last = m_at + 4;
        const auto [stopped, problem] = std::from_chars(m_at, last, code, 16);
        m_at = last;
        return problem == std::errc() && stopped == last;
    }

    const char* m_at;
    const char* m_end;
};

bool hasRepeatedKey(const Value::Object& object)
{
    for (std::size_t i = 1; i < object.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (object[k].first == object[i].first) {
                return true;
            }
        }
    }
    return false;
}

} // namespace

std::optional<Value> readPlainJson(std::string_view text)
{
    return Reader(text).read();
}

void keepLastOfEachKey(Value::Object& object)
{
    if (object.size() <= kFewMembers && !hasRepeatedKey(object)) {
        return;
    }
    std::vector<std::size_t> order(object.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&object](std::size_t left, std::size_t right) {
        return object[left].first < object[right].first;
    });
    std::vector<char> repeated(object.size(), 0);
    for (std::size_t i = 1; i < order.size(); ++i) {
        repeated[order[i - 1]] = object[order[i - 1]].first == object[order[i]].first;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < object.size(); ++i) {
        if (repeated[i]) {
            continue;
        }
        if (kept != i) {
            object[kept] = std::move(object[i]);
        }
        ++kept;
    }
    object.resize(kept);
}

} // namespace engine::contract
