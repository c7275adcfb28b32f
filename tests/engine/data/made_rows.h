// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Random rows, and the ways to write them down: kinds of files, formats of rows, encodings.
#pragma once

#include "engine/contract/value.h"
#include "engine/device/seeds.h"
#include "made_gzip.h"

#include <QByteArray>
#include <QString>

#include <string>
#include <utility>
#include <vector>

namespace data_test {

using engine::contract::Value;
using engine::device::RandomStream;

using Row = std::pair<std::string, std::string>; // prompt, completion
using Rows = std::vector<Row>;

struct MadeFile
{
    QString name;
    QByteArray bytes;
};

inline const std::string& randomPiece(RandomStream& random)
{
    static const std::vector<std::string> pieces = {
        "a",  "word ", "\"", "\"\"",   ",", ";", "\t", "|", "\n", "\r\n", "\\",     "{",    "[",
        "안", "녕 ",   "é",  "\u2028", "😀", "0", "<",  "#", "'",  "  ",   "\"\n\"", "null", "x,y"};
    return pieces[random.uniformInt(pieces.size())];
}

// Never blank, and without blanks at its ends, which no kind of file is asked to keep.
inline std::string randomText(RandomStream& random, bool isPlain = false)
{
    std::string text = "t";
    for (uint64_t i = random.uniformInt(12); i > 0; --i) {
        const std::string& piece = randomPiece(random);
        const bool isLineOrTab = piece.find_first_of("\t\n\r") != std::string::npos;
        text += isPlain && isLineOrTab ? " " : piece;
    }
    return text + "t";
}

inline Rows randomRows(RandomStream& random, bool isPlain)
{
    Rows rows;
    for (uint64_t i = 2 + random.uniformInt(6); i > 0; --i) {
        rows.emplace_back(randomText(random, isPlain), randomText(random, isPlain));
    }
    return rows;
}

inline Value objectOf(const Row& row)
{
    return Value::object({{"prompt", row.first}, {"completion", row.second}});
}

inline std::string lines(const Rows& rows)
{
    std::string text;
    for (const Row& row : rows) {
        text += toJson(objectOf(row)) + "\n";
    }
    return text;
}

inline std::string list(const Rows& rows)
{
    std::string text;
    for (const Row& row : rows) {
        text += (text.empty() ? "[\n" : ",\n") + toJson(objectOf(row));
    }
    return text + "\n]";
}

inline std::string objects(const Rows& rows)
{
    std::string text;
    for (const Row& row : rows) {
        text += toJson(objectOf(row), 2) + "\n";
    }
    return text;
}

inline std::string columns(const Rows& rows)
{
    Value prompts = Value::List();
    Value completions = Value::List();
    for (const Row& row : rows) {
        prompts.append(row.first);
        completions.append(row.second);
    }
    return toJson(Value::object({{"prompt", prompts}, {"completion", completions}}), 1);
}

inline std::string quoted(const std::string& cell)
{
    std::string text = "\"";
    for (const char c : cell) {
        text += c == '"' ? "\"\"" : std::string(1, c);
    }
    return text + "\"";
}

inline std::string table(const Rows& rows, const std::string& delimiter)
{
    std::string text = "prompt" + delimiter + "completion\r\n";
    for (const Row& row : rows) {
        text += quoted(row.first) + delimiter + quoted(row.second) + "\r\n";
    }
    return text;
}

inline std::string plainTable(const Rows& rows)
{
    std::string text = "prompt\tcompletion\n";
    for (const Row& row : rows) {
        text += row.first + "\t" + row.second + "\n";
    }
    return text;
}

inline std::string parquet(const Rows& rows)
{
    std::vector<std::string> prompts;
    std::vector<std::string> completions;
    for (const Row& row : rows) {
        prompts.push_back(row.first);
        completions.push_back(row.second);
    }
    return parquetOf({{.pages = plainPage(prompts), .name = "prompt"},
                      {.pages = plainPage(completions), .name = "completion"}},
                     static_cast<int64_t>(rows.size()));
}

inline QByteArray utf16(const std::string& text, bool isBigEndian = false)
{
    QByteArray bytes;
    for (const QChar c : QString::fromStdString(text)) {
        const auto low = static_cast<char>(c.unicode() & 0xFF);
        const auto high = static_cast<char>(c.unicode() >> 8);
        bytes += isBigEndian ? high : low;
        bytes += isBigEndian ? low : high;
    }
    return bytes;
}

inline constexpr const char* kKinds[] = {"lines",
                                         "list",
                                         "objects",
                                         "columns",
                                         "parts",
                                         "commas",
                                         "semicolons",
                                         "bars",
                                         "tabs",
                                         "plain tabs",
                                         "lines in gzip",
                                         "list in gzip",
                                         "commas in gzip",
                                         "parquet",
                                         "parquet in gzip",
                                         "folder"};

// One file, or the files of a folder in the order in which they are read; `isWide`: texts as
// UTF-16.
inline std::vector<MadeFile> written(const Rows& rows, const QString& kind, bool isWide)
{
    const auto text = [isWide](const char* name, const std::string& content) {
        const QByteArray bytes =
            isWide ? "\xFF\xFE" + utf16(content) : QByteArray::fromStdString(content);
        return MadeFile{QString::fromUtf8(name), bytes};
    };
    if (kind.endsWith(QStringLiteral(" in gzip"))) {
        MadeFile file = written(rows, kind.chopped(8), isWide).front();
        return {{file.name + QStringLiteral(".gz"), gzip(file.bytes)}};
    }
    if (kind == QStringLiteral("folder")) {
        const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
        return {text("folder/train-00000-of-00002.jsonl", lines({rows.begin(), middle})),
                text("folder/train-00001-of-00002.jsonl", lines({middle, rows.end()}))};
    }
    const std::pair<const char*, MadeFile> files[] = {
        {"lines", text("a.jsonl", lines(rows))},
        {"list", text("a.json", list(rows))},
        {"objects", text("a.json", objects(rows))},
        {"columns", text("a.json", columns(rows))},
        {"parts", text("a.json", "{\"test\":[],\n\"train\":" + list(rows) + "}")},
        {"commas", text("a.csv", table(rows, ","))},
        {"semicolons", text("a.csv", table(rows, ";"))},
        {"bars", text("a.csv", table(rows, "|"))},
        {"tabs", text("a.tsv", table(rows, "\t"))},
        {"plain tabs", text("a.tsv", plainTable(rows))},
        {"parquet", {QStringLiteral("a.parquet"), QByteArray::fromStdString(parquet(rows))}},
    };
    for (const auto& [name, file] : files) {
        if (kind == QString::fromUtf8(name)) {
            return {file};
        }
    }
    return {};
}

// A row as a file holds it, and what rendered() makes of its record.
struct MadeRow
{
    Value row;
    std::string rendered;
};

struct MadeFormat
{
    const char* name;
    const char* id;
    MadeRow (*make)(RandomStream& random);
};

inline Value
message(const char* roleName, const char* contentName, const char* role, const std::string& text)
{
    return Value::object({{roleName, role}, {contentName, text}});
}

// Every format of docs/formats.md, in every spelling that people use.
inline std::vector<MadeFormat> madeFormats()
{
    const auto conversation = [](RandomStream& random,
                                 const char* column,
                                 const char* roleName,
                                 const char* contentName,
                                 const char* user,
                                 const char* assistant) {
        Value messages = Value::List();
        std::string rendered;
        for (uint64_t i = 1 + random.uniformInt(3); i > 0; --i) {
            const std::string asked = randomText(random);
            const std::string answered = randomText(random);
            messages.append(message(roleName, contentName, user, asked));
            messages.append(message(roleName, contentName, assistant, answered));
            rendered +=
                (rendered.empty() ? "" : " | ") + ("user: " + asked) + " | assistant: " + answered;
        }
        return MadeRow{Value::object({{column, messages}}), rendered};
    };
    static const auto talk = conversation;
    return {
        {"Alpaca",
         "alpaca",
         [](RandomStream& random) {
             const std::string i = randomText(random), n = randomText(random),
                               o = randomText(random);
             return MadeRow{Value::object({{"instruction", i}, {"input", n}, {"output", o}}),
                            "user: " + i + " + " + n + " | assistant: " + o};
         }},
        {"Alpaca with a history",
         "alpaca",
         [](RandomStream& random) {
             const std::string i = randomText(random), o = randomText(random),
                               q = randomText(random), a = randomText(random),
                               s = randomText(random);
             const Value history = Value::List{Value(Value::List{q, a})};
             return MadeRow{Value::object({{"instruction", i},
                                           {"input", ""},
                                           {"output", o},
                                           {"system", s},
                                           {"history", history}}),
                            "system: " + s + " | user: " + q + " | assistant: " + a
                                + " | user: " + i + " | assistant: " + o};
         }},
        {"ShareGPT",
         "messages",
         [](RandomStream& random) {
             return talk(random, "conversations", "from", "value", "human", "gpt");
         }},
        {"messages",
         "messages",
         [](RandomStream& random) {
             return talk(random, "messages", "role", "content", "user", "assistant");
         }},
        {"prompt and completion",
         "prompt_completion",
         [](RandomStream& random) {
             const std::string p = randomText(random), c = randomText(random);
             return MadeRow{Value::object({{"prompt", p}, {"completion", c}}),
                            "user: " + p + " | assistant: " + c};
         }},
        {"text",
         "text",
         [](RandomStream& random) {
             const std::string t = randomText(random);
             return MadeRow{Value::object({{"text", t}}), "text: " + t};
         }},
        {"preference",
         "preference",
         [](RandomStream& random) {
             const std::string p = randomText(random), c = randomText(random),
                               r = randomText(random) + "other";
             return MadeRow{Value::object({{"prompt", p}, {"chosen", c}, {"rejected", r}}),
                            "[user: " + p + "] | assistant: " + c + " / assistant: " + r};
         }},
        {"preference of conversations",
         "preference",
         [](RandomStream& random) {
             const std::string p = randomText(random), c = randomText(random),
                               r = randomText(random) + "other";
             const Value asked = message("role", "content", "user", p);
             const auto with = [&asked](const std::string& answer) {
                 return Value(Value::List{asked, message("role", "content", "assistant", answer)});
             };
             return MadeRow{Value::object({{"chosen", with(c)}, {"rejected", with(r)}}),
                            "[user: " + p + "] | assistant: " + c + " / assistant: " + r};
         }},
        {"preference of transcripts",
         "preference",
         [](RandomStream& random) {
             const std::string p = randomText(random), c = randomText(random),
                               r = randomText(random) + "other";
             const std::string front = "\n\nHuman: " + p + "\n\nAssistant: ";
             return MadeRow{Value::object({{"chosen", front + c}, {"rejected", front + r}}),
                            "[user: " + p + "] | assistant: " + c + " / assistant: " + r};
         }},
        {"KTO",
         "unpaired",
         [](RandomStream& random) {
             const std::string p = randomText(random), c = randomText(random);
             const bool label = random.uniformInt(2) == 1;
             return MadeRow{Value::object({{"prompt", p}, {"completion", c}, {"label", label}}),
                            "user: " + p + " | assistant: " + c + (label ? " = true" : " = false")};
         }},
        {"classification",
         "classification",
         [](RandomStream& random) {
             const std::string t = randomText(random);
             const auto label = static_cast<int64_t>(random.uniformInt(5));
             return MadeRow{Value::object({{"text", t}, {"label", label}}),
                            "text: " + t + " = " + std::to_string(label)};
         }},
        {"regression",
         "regression",
         [](RandomStream& random) {
             const std::string s = randomText(random), t = randomText(random);
             const double score = 0.5 + static_cast<double>(random.uniformInt(5));
             return MadeRow{Value::object({{"sentence1", s}, {"sentence2", t}, {"label", score}}),
                            "text: " + s + " & " + t + " = " + toJson(Value(score))};
         }},
    };
}

struct MadeEncoding
{
    const char* name;
    const char* told;                                        // what the report calls it
    std::vector<std::pair<std::string, QByteArray>> letters; // beyond ASCII; empty: any text
    QByteArray (*around)(const std::string& text);           // of any text

    std::string text(RandomStream& random) const
    {
        if (letters.empty()) {
            return "안" + randomText(random) + "é";
        }
        std::string text = "t";
        for (uint64_t i = 4 + random.uniformInt(12); i > 0; --i) {
            text += i % 4 == 0 ? " word" : letters[random.uniformInt(letters.size())].first;
        }
        return text;
    }
    QByteArray encode(const std::string& text) const
    {
        if (letters.empty()) {
            return around(text);
        }
        QByteArray bytes = QByteArray::fromStdString(text);
        for (const auto& [letter, code] : letters) {
            bytes.replace(QByteArray::fromStdString(letter), code);
        }
        return bytes;
    }
};

inline std::vector<MadeEncoding> madeEncodings()
{
    return {
        {"UTF-8",
         "utf-8",
         {},
         [](const std::string& text) { return QByteArray::fromStdString(text); }},
        {"UTF-8 with a mark",
         "utf-8 with byte order mark",
         {},
         [](const std::string& text) { return "\xEF\xBB\xBF" + QByteArray::fromStdString(text); }},
        {"UTF-16LE with a mark",
         "utf-16le with byte order mark",
         {},
         [](const std::string& text) { return "\xFF\xFE" + utf16(text); }},
        {"UTF-16BE with a mark",
         "utf-16be with byte order mark",
         {},
         [](const std::string& text) { return "\xFE\xFF" + utf16(text, true); }},
        {"UTF-16LE", "utf-16le", {}, [](const std::string& text) { return utf16(text); }},
        {"UTF-16BE", "utf-16be", {}, [](const std::string& text) { return utf16(text, true); }},
        {"CP949",
         "cp949",
         {{"가", "\xB0\xA1"},
          {"나", "\xB3\xAA"},
          {"다", "\xB4\xD9"},
          {"라", "\xB6\xF3"},
          {"마", "\xB8\xB6"},
          {"바", "\xB9\xD9"},
          {"사", "\xBB\xE7"},
          {"안", "\xBE\xC8"},
          {"녕", "\xB3\xE7"},
          {"하", "\xC7\xCF"}},
         nullptr},
        {"Windows-1252",
         "windows-1252",
         {{"é", "\xE9"}, {"ü", "\xFC"}, {"’", "\x92"}, {"“", "\x93"}, {"”", "\x94"}, {"ß", "\xDF"}},
         nullptr},
        {"Latin-1",
         "iso-8859-1",
         {{"é", "\xE9"}, {"è", "\xE8"}, {"ü", "\xFC"}, {"ö", "\xF6"}, {"ä", "\xE4"}, {"ß", "\xDF"}},
         nullptr},
    };
}

} // namespace data_test
