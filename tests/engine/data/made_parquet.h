// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Parquet files byte by byte, sound ones and such whose tables and pages say more than there
// is. Source: parquet-format, parquet.thrift.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace data_test {

inline std::string littleEndian(uint64_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> (8 * i));
    }
    return text;
}

inline std::string varint(uint64_t value)
{
    std::string text;
    for (; value >= 0x80; value >>= 7) {
        text += static_cast<char>(value | 0x80);
    }
    return text + static_cast<char>(value);
}

// Structs of Thrift's compact protocol, field by field with rising ids.
class Thrift
{
public:
    Thrift& number(int id, int64_t value) // of 32 bits
    {
        head(id, 5);
        return add(varint(static_cast<uint64_t>(value << 1 ^ value >> 63)));
    }
    Thrift& wide(int id, int64_t value) // of 64
    {
        head(id, 6);
        return add(varint(static_cast<uint64_t>(value << 1 ^ value >> 63)));
    }
    Thrift& text(int id, std::string_view value)
    {
        head(id, 8);
        return add(varint(value.size()) + std::string(value));
    }
    Thrift& object(int id, const Thrift& value)
    {
        head(id, 12);
        return add(value.bytes());
    }
    // `count` is what it says; `items` may be fewer.
    Thrift& objects(int id, uint64_t count, std::string_view items)
    {
        head(id, 9);
        return add('\xFC' + varint(count) + std::string(items));
    }
    Thrift& numbers(int id, const std::vector<int>& values)
    {
        head(id, 9);
        add(std::string(1, static_cast<char>(values.size() << 4 | 5)));
        for (const int value : values) {
            add(varint(static_cast<uint64_t>(value) << 1));
        }
        return *this;
    }
    Thrift& texts(int id, std::string_view only)
    {
        head(id, 9);
        return add("\x18" + varint(only.size()) + std::string(only));
    }
    std::string bytes() const { return m_bytes + '\0'; }

private:
    void head(int id, int kind)
    {
        m_bytes += static_cast<char>((id - m_last) << 4 | kind);
        m_last = id;
    }
    Thrift& add(std::string_view bytes)
    {
        m_bytes += bytes;
        return *this;
    }

    std::string m_bytes;
    int m_last = 0;
};

enum Repetition { Required = 0, Repeated = 2 };
enum Codec { Plain = 0, Snappy = 1, Zstd = 6 };

inline std::string groupElement(std::string_view name, int64_t children)
{
    return Thrift().text(4, name).number(5, children).bytes();
}
inline std::string textElement(Repetition repetition = Required, std::string_view name = "text")
{
    return Thrift().number(1, 6).number(3, repetition).text(4, name).number(6, 0).bytes();
}
inline std::string numberElement(Repetition repetition, std::string_view name)
{
    return Thrift().number(1, 1).number(3, repetition).text(4, name).bytes();
}

// The tables behind the pages, and the length and mark behind those.
inline std::string withTables(std::string pages, const Thrift& tables)
{
    const std::string bytes = tables.bytes();
    return std::move(pages) + bytes + littleEndian(bytes.size(), 4) + "PAR1";
}

struct MadeColumn
{
    std::string pages;
    Codec codec = Plain;
    Repetition repetition = Required;
    std::size_t dictionaryBytes = 0; // of the pages; 0: none
    std::string name = "text";
    bool hasNumbers = false; // of 32 bits, in place of texts
};

// One row group of so many rows, it says, with these columns.
inline std::string parquetOf(const std::vector<MadeColumn>& columns, int64_t rows = 1)
{
    std::string file = "PAR1";
    std::string schema = groupElement("schema", static_cast<int64_t>(columns.size()));
    std::string chunks;
    for (const MadeColumn& column : columns) {
        const auto begin = static_cast<int64_t>(file.size());
        const auto size = static_cast<int64_t>(column.pages.size());
        Thrift facts;
        facts.number(1, column.hasNumbers ? 1 : 6)
            .numbers(2, {0, 3, 6, 7, 8})
            .texts(3, column.name)
            .number(4, column.codec);
        facts.wide(5, rows).wide(6, size).wide(7, size);
        facts.wide(9, begin + static_cast<int64_t>(column.dictionaryBytes));
        if (column.dictionaryBytes > 0) {
            facts.wide(11, begin);
        }
        chunks += Thrift().wide(2, begin).object(3, facts).bytes();
        schema += column.hasNumbers ? numberElement(column.repetition, column.name)
                                    : textElement(column.repetition, column.name);
        file += column.pages;
    }
    const auto size = static_cast<int64_t>(file.size());
    const std::string group =
        Thrift().objects(1, columns.size(), chunks).wide(2, size).wide(3, rows).bytes();
    Thrift tables;
    tables.number(1, 1).objects(2, columns.size() + 1, schema).wide(3, rows).objects(4, 1, group);
    return withTables(std::move(file), tables);
}

// A page with its header. `unpacked` is what it says; encodings are those of parquet.thrift.
inline std::string
dataPage(const std::string& bytes, int64_t values, int encoding, int64_t unpacked)
{
    const Thrift page = Thrift().number(1, values).number(2, encoding).number(3, 3).number(4, 3);
    return Thrift()
               .number(1, 0)
               .number(2, unpacked)
               .number(3, static_cast<int64_t>(bytes.size()))
               .object(5, page)
               .bytes()
           + bytes;
}
inline std::string dataPage(const std::string& bytes, int64_t values, int encoding)
{
    return dataPage(bytes, values, encoding, static_cast<int64_t>(bytes.size()));
}
// A dictionary; `values` is how many it says it has.
inline std::string dictionaryOf(const std::string& bytes, int64_t values)
{
    const auto size = static_cast<int64_t>(bytes.size());
    return Thrift()
               .number(1, 2)
               .number(2, size)
               .number(3, size)
               .object(7, Thrift().number(1, values).number(2, 0))
               .bytes()
           + bytes;
}
inline std::string dictionaryPage(const std::string& text)
{
    return dictionaryOf(littleEndian(text.size(), 4) + text, 1);
}

// Texts as they are, each behind its length.
inline std::string plainPage(const std::vector<std::string>& texts)
{
    std::string bytes;
    for (const std::string& text : texts) {
        bytes += littleEndian(text.size(), 4) + text;
    }
    return dataPage(bytes, static_cast<int64_t>(texts.size()), 0);
}

// So many times the same level or index of one byte.
inline std::string run(uint64_t count, int value)
{
    return varint(count << 1) + static_cast<char>(value);
}
inline std::string levels(const std::string& runs)
{
    return littleEndian(runs.size(), 4) + runs;
}

// A frame of zstd whose blocks stand for 128 KiB of one letter in four bytes each.
inline std::string zstdBomb(int blocks)
{
    constexpr uint64_t kBlock = 128 << 10;
    std::string frame("\x28\xB5\x2F\xFD\x00\x58", 6);
    for (int i = 1; i <= blocks; ++i) {
        frame += littleEndian(kBlock << 3 | 1U << 1 | (i == blocks ? 1U : 0U), 3) + 'a';
    }
    return frame;
}

} // namespace data_test
