// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/worker/chat_lines.h"

#include "engine/device/failure.h"
#include "engine/device/files.h"

namespace engine::worker {

namespace fs = std::filesystem;
using contract::Value;

namespace {

struct NumberedValue
{
    int64_t line;
    Value value;
};

[[noreturn]] void refuse(const fs::path& file, int64_t line, const std::string& message)
{
    throw Failure(code::kBadData,
                  "line " + std::to_string(line) + ": " + message,
                  "Repair that line",
                  file.string() + ":" + std::to_string(line));
}

std::vector<NumberedValue> readLines(const fs::path& file)
{
    const std::string text = device::readFile(file);
    std::vector<NumberedValue> values;
    int64_t line = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view row = std::string_view(text).substr(begin, end - begin);
        begin = end + 1;
        ++line;
        if (row.find_first_not_of(" \t\r") == std::string_view::npos) {
            continue;
        }
        contract::Result<Value> parsed = contract::parseJson(row);
        if (!parsed) {
            refuse(file, line, parsed.error().message);
        }
        values.push_back({line, std::move(parsed).value()});
    }
    if (values.empty()) {
        throw Failure(code::kBadData,
                      "the file holds no prompt",
                      "Write one JSON value per line",
                      file.string());
    }
    return values;
}

contract::Turn turnOf(const Value& value, const fs::path& file, int64_t line)
{
    const std::string& role = value["role"].toString();
    if (!isRole(role)) {
        refuse(file, line, "\"role\" must be system, user, assistant or tool");
    }
    if (!value["content"].isString()) {
        refuse(file, line, "\"content\" must be a text");
    }
    contract::Turn turn;
    turn.role = role;
    turn.content = value["content"].toString();
    return turn;
}

// What a line says under "adapter".
std::optional<std::vector<std::string>>
adaptersOf(const Value& value, const fs::path& file, int64_t line)
{
    if (!value.isObject() || !value.contains("adapter")) {
        return std::nullopt;
    }
    const Value& said = value["adapter"];
    const Value::List names = said.isList()   ? said.toList()
                              : said.isNull() ? Value::List()
                                              : Value::List{said};
    std::vector<std::string> adapters;
    for (const Value& name : names) {
        if (!name.isString()) {
            refuse(file, line, "\"adapter\" must be a name, a list of names or null");
        }
        adapters.push_back(name.toString());
    }
    return adapters;
}

} // namespace

bool isRole(std::string_view name)
{
    return name == "system" || name == "user" || name == "assistant" || name == "tool";
}

contract::Conversation readChat(const fs::path& file)
{
    contract::Conversation conversation;
    for (const NumberedValue& entry : readLines(file)) {
        conversation.turns.push_back(turnOf(entry.value, file, entry.line));
    }
    return conversation;
}

std::vector<ChatLine> readPrompts(const fs::path& file)
{
    std::vector<ChatLine> prompts;
    for (const NumberedValue& entry : readLines(file)) {
        const Value& value = entry.value;
        const Value& text = value.isString() ? value : value["prompt"];
        if (text.isString()) {
            prompts.push_back({text.toString(), {}, adaptersOf(value, file, entry.line)});
            continue;
        }
        ChatLine line;
        line.adapters = adaptersOf(value, file, entry.line);
        for (const Value& turn : value["messages"].toList()) {
            line.conversation.turns.push_back(turnOf(turn, file, entry.line));
        }
        if (line.conversation.turns.empty()) {
            refuse(
                file, entry.line, "expected a JSON string, {\"prompt\": …} or {\"messages\": […]}");
        }
        prompts.push_back(std::move(line));
    }
    return prompts;
}

} // namespace engine::worker
