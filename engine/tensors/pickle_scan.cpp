// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/tensors/pickle_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace engine::tensors {

namespace {

constexpr std::size_t kMaxOperations = 4'000'000;
constexpr std::size_t kMaxGlobals = 256;
constexpr std::size_t kMaxNameBytes = 100;
constexpr std::string_view kUnknownGlobal = "(computed)";

// How long an operation's argument is. Source: CPython, Lib/pickletools.py.
enum class Argument : std::uint8_t {
    Unknown,
    None,
    Byte,
    Bytes2,
    Bytes4,
    Bytes8,
    Line,
    TwoLines,
    Counted1, // a count of so many bytes, then the content
    Counted4,
    Counted8,
};

constexpr std::array<Argument, 256> kArguments = [] {
    std::array<Argument, 256> table = {};
    const auto set = [&table](std::string_view operations, Argument argument) {
        for (const char operation : operations) {
            table[static_cast<unsigned char>(operation)] = argument;
        }
    };
    set("(.012NRQabd}el]ost)u\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98",
        Argument::None);
    set("Khq\x80\x82", Argument::Byte);
    set("M\x83", Argument::Bytes2);
    set("Jjr\x84", Argument::Bytes4);
    set("G\x95", Argument::Bytes8);
    set("FILPSVgp", Argument::Line);
    set("ci", Argument::TwoLines);
    set("UC\x8a\x8c", Argument::Counted1);
    set("TXB\x8b", Argument::Counted4);
    set("\x8d\x8e\x96", Argument::Counted8);
    return table;
}();

constexpr std::string_view kStringOperations = "SVUTX\x8c\x8d";
constexpr std::string_view kMemoReads = "ghj";
constexpr std::string_view kMemoWrites = "pqr";
constexpr std::string_view kExtensions = "\x82\x83\x84";
constexpr char kMemoize = '\x94';
constexpr char kStackGlobal = '\x93';
constexpr char kProtocol = '\x80';
constexpr char kStop = '.';

std::string printable(std::string_view text)
{
    std::string result(text.substr(0, kMaxNameBytes));
    std::replace_if(
        result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return result;
}

class Scanner
{
public:
    Scanner(std::string_view bytes, PickleFacts& facts) : m_rest(bytes), m_facts(facts) {}

    void run()
    {
        for (std::size_t count = 0; count < kMaxOperations; ++count) {
            if (m_rest.empty()) {
                m_facts.damage = "the pickle is cut off";
                return;
            }
            const char operation = m_rest.front();
            m_rest.remove_prefix(1);
            if (!takeArgument(operation)) {
                m_facts.damage = "the pickle is damaged or cut off";
                return;
            }
            note(operation);
            // What follows the last of torch's pickles is plain tensor bytes.
            if (operation == kStop && !m_rest.starts_with(kProtocol)) {
                return;
            }
        }
        m_facts.damage = "the pickle has more operations than are looked at";
    }

private:
    bool take(std::uint64_t size, std::string_view& taken)
    {
        if (size > m_rest.size()) {
            return false;
        }
        taken = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return true;
    }

    bool takeNumber(std::size_t size, std::uint64_t& number)
    {
        std::string_view bytes;
        if (!take(size, bytes)) {
            return false;
        }
        number = 0;
        for (std::size_t i = size; i > 0; --i) {
            number = number << 8 | static_cast<unsigned char>(bytes[i - 1]);
        }
        return true;
    }

    bool takeCounted(std::size_t countBytes)
    {
        std::uint64_t count = 0;
        return takeNumber(countBytes, count) && take(count, m_text);
    }

    bool takeLine(std::string_view& line)
    {
        const std::size_t end = m_rest.find('\n');
        if (end == std::string_view::npos) {
            return false;
        }
        line = m_rest.substr(0, end);
        m_rest.remove_prefix(end + 1);
        return true;
    }

    bool takeArgument(char operation)
    {
        switch (kArguments[static_cast<unsigned char>(operation)]) {
        case Argument::Unknown:
            return false;
        case Argument::None:
            return true;
        case Argument::Byte:
            return takeNumber(1, m_number);
        case Argument::Bytes2:
            return takeNumber(2, m_number);
        case Argument::Bytes4:
            return takeNumber(4, m_number);
        case Argument::Bytes8:
            return takeNumber(8, m_number);
        case Argument::Line:
            return takeLine(m_text);
        case Argument::TwoLines:
            return takeLine(m_text) && takeLine(m_secondText);
        case Argument::Counted1:
            return takeCounted(1);
        case Argument::Counted4:
            return takeCounted(4);
        case Argument::Counted8:
            return takeCounted(8);
        }
        return false;
    }

    void note(char operation)
    {
        const auto isOneOf = [operation](std::string_view operations) {
            return operations.find(operation) != std::string_view::npos;
        };
        if (isOneOf(kStringOperations)) {
            push(unquoted(operation));
        } else if (isOneOf(kMemoReads)) {
            const auto found = m_memo.find(memoIndex(operation));
            if (found != m_memo.end()) {
                push(found->second);
            }
        } else if (isOneOf(kMemoWrites)) {
            remember(memoIndex(operation));
        } else if (operation == kMemoize) {
            remember(m_memoizeCount++);
        } else if (kArguments[static_cast<unsigned char>(operation)] == Argument::TwoLines) {
            addGlobal(printable(m_text) + "." + printable(m_secondText));
        } else if (operation == kStackGlobal) {
            const bool isKnown = !m_module.empty() && !m_name.empty();
            addGlobal(isKnown ? printable(m_module) + "." + printable(m_name)
                              : std::string(kUnknownGlobal));
            m_lastIsString = false;
        } else if (isOneOf(kExtensions)) {
            addGlobal("copyreg extension " + std::to_string(m_number));
        } else {
            m_lastIsString = false;
        }
    }

    std::string_view unquoted(char operation) const
    {
        const bool isQuoted = operation == 'S' && m_text.size() >= 2;
        return isQuoted ? m_text.substr(1, m_text.size() - 2) : m_text;
    }

    std::uint64_t memoIndex(char operation) const
    {
        if (operation != 'g' && operation != 'p') {
            return m_number;
        }
        std::uint64_t index = 0;
        std::from_chars(m_text.data(), m_text.data() + m_text.size(), index);
        return index;
    }

    void push(std::string_view text)
    {
        m_module = m_name;
        m_name = text;
        m_lastIsString = true;
    }

    void remember(std::uint64_t index)
    {
        if (m_lastIsString) {
            m_memo.insert_or_assign(index, m_name);
        }
    }

    void addGlobal(std::string global)
    {
        auto& globals = m_facts.globals;
        if (globals.size() < kMaxGlobals
            && std::find(globals.begin(), globals.end(), global) == globals.end()) {
            globals.push_back(std::move(global));
        }
    }

    std::string_view m_rest;
    PickleFacts& m_facts;
    // The argument of the current operation.
    std::uint64_t m_number = 0;
    std::string_view m_text;
    std::string_view m_secondText;
    // The last two strings pushed, and which strings the memo holds.
    std::string_view m_module;
    std::string_view m_name;
    bool m_lastIsString = false;
    std::unordered_map<std::uint64_t, std::string_view> m_memo;
    std::uint64_t m_memoizeCount = 0;
};

} // namespace

bool startsLikePickle(std::string_view bytes)
{
    if (bytes.starts_with(kProtocol)) {
        return bytes.size() > 1 && bytes[1] >= 2 && bytes[1] <= 5;
    }
    return !bytes.empty() && std::string_view("(]}c").find(bytes[0]) != std::string_view::npos;
}

void scanPickle(std::string_view bytes, PickleFacts& facts)
{
    Scanner(bytes, facts).run();
}

} // namespace engine::tensors
