// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/data/turns.h"

#include <algorithm>

namespace engine::data {

namespace {

struct RoleName
{
    std::string_view name;
    std::string_view role;
};

constexpr RoleName kRoles[] = {
    {"system", "system"},
    {"developer", "system"},
    {"user", "user"},
    {"human", "user"},
    {"assistant", "assistant"},
    {"gpt", "assistant"},
    {"chatgpt", "assistant"},
    {"model", "assistant"},
    {"function_call", "assistant"},
    {"tool_call", "assistant"},
    {"tool", "tool"},
    {"observation", "tool"},
    {"function", "tool"},
    {"tool_response", "tool"},
};

constexpr std::string_view kWeightNames[] = {"weight", "loss_weight", "train", "loss"};

[[noreturn]] void refuse(std::size_t number, std::string_view code, const std::string& reason)
{
    throw RowError{std::string(code), "turn " + std::to_string(number) + ": " + reason};
}

std::string_view roleOf(const Value& name, std::size_t number)
{
    const auto known =
        std::find_if(std::begin(kRoles), std::end(kRoles), [&](const RoleName& role) {
            return role.name == name.toString();
        });
    if (known == std::end(kRoles)) {
        refuse(number,
               "unknown_role",
               "unknown role " + contract::toJson(name)
                   + ", expected system, user, assistant or tool");
    }
    return known->role;
}

// Text, or the joined texts of a list of {"type": "text", "text" or "value": …}.
std::string contentOf(const Value& content, std::size_t number)
{
    if (content.isString()) {
        return content.toString();
    }
    if (!content.isList()) {
        refuse(number,
               "not_text",
               "the content is " + std::string(kindOf(content)) + ", expected text");
    }
    std::string joined;
    for (const Value& part : content.toList()) {
        const Value& text = part.contains("text") ? part["text"] : part["value"];
        if (part.isString()) {
            joined += part.toString();
        } else if (text.isString()
                   && (part["type"].isNull() || part["type"].toString() == "text")) {
            joined += text.toString();
        } else {
            refuse(number,
                   "not_text",
                   "a part of type " + contract::toJson(part["type"]) + "; only text is read");
        }
    }
    return joined;
}

bool isTrained(const Value& message, Remarks& remarks)
{
    const std::string_view name = presentColumn(message, kWeightNames);
    const Value& weight = message[name];
    if (weight.isNumber() && weight.toDouble() != 0 && weight.toDouble() != 1) {
        remarks.push_back(remark::kFractionalWeight);
    }
    return weight.isNumber() ? weight.toDouble() != 0 : weight.toBool(true);
}

// ShareGPT writes a call as the text {"name": …, "arguments": …}; templates read it as tool_calls.
Value toolCallsOf(const std::string& content)
{
    auto parsed = contract::parseJson(content);
    if (!parsed) {
        return {};
    }
    const Value calls =
        parsed.value().isList() ? parsed.value() : Value::list(Value::List{parsed.value()});
    Value result;
    for (const Value& call : calls.toList()) {
        if (!call["name"].isString()) {
            return {};
        }
        result.append(Value::object({{"type", "function"}, {"function", call}}));
    }
    return result;
}

bool hasToolCalls(const Turn& turn)
{
    return !turn.extra["tool_calls"].toList().empty();
}

void appendMessage(const Value& message,
                   std::size_t number,
                   std::vector<Turn>& turns,
                   Remarks& remarks)
{
    const bool isShareGpt = message.contains("from");
    const std::string_view roleName = isShareGpt ? "from" : "role";
    const std::string_view contentName = isShareGpt ? "value" : "content";
    Turn turn;
    turn.role = roleOf(message[roleName], number);
    turn.trained = isTrained(message, remarks);
    for (const auto& [name, value] : message.toObject()) {
        const bool isRead = name == roleName || name == contentName
                            || std::find(std::begin(kWeightNames), std::end(kWeightNames), name)
                                   != std::end(kWeightNames);
        if (!isRead && !value.isNull()) {
            turn.extra.set(name, value);
        }
    }
    const Value& content = message[contentName];
    if (!content.isNull()) {
        turn.content = contentOf(content, number);
    } else if (!hasToolCalls(turn)) {
        refuse(number,
               "no_content",
               "the " + turn.role + " says nothing: no `" + std::string(contentName) + "`");
    }
    const std::string& name = message[roleName].toString();
    if (name == "function_call" || name == "tool_call") {
        const Value calls = toolCallsOf(turn.content);
        if (!calls.isNull()) {
            turn.extra.set("tool_calls", calls);
            turn.content.clear();
        }
    }
    turns.push_back(std::move(turn));
}

// Tables hold lists as JSON text; null for anything else.
Value listInText(const Value& value, Remarks& remarks)
{
    if (!value.isString() || !value.toString().starts_with('[')) {
        return {};
    }
    auto parsed = contract::parseJson(value.toString());
    if (!parsed || !parsed.value().isList()) {
        return {};
    }
    remarks.push_back(remark::kJsonInText);
    return std::move(parsed).value();
}

// {"human": …, "assistant": …}
bool appendPair(const Value& pair, std::vector<Turn>& turns, Remarks& remarks)
{
    const std::string_view question = pair.contains("human") ? "human" : "user";
    if (pair.contains("role") || !pair.contains(question) || !pair.contains("assistant")) {
        return false;
    }
    turns.push_back(turnOf("user", textOf(pair, question, remarks)));
    turns.push_back(turnOf("assistant", textOf(pair, "assistant", remarks)));
    turns.back().trained = isTrained(pair, remarks);
    return true;
}

} // namespace

Turn turnOf(std::string_view role, std::string content)
{
    Turn turn;
    turn.role = role;
    turn.content = std::move(content);
    return turn;
}

void appendMessages(const Value& row,
                    std::string_view column,
                    std::vector<Turn>& turns,
                    Remarks& remarks)
{
    const Value fromText = listInText(row[column], remarks);
    const Value& list = fromText.isList() ? fromText : row[column];
    if (!list.isList()) {
        throw RowError{"not_a_list",
                       "`" + std::string(column) + "` is " + std::string(kindOf(list))
                           + ", expected a list of messages"};
    }
    if (list.toList().empty()) {
        throw RowError{"no_turns", "`" + std::string(column) + "` has no messages"};
    }
    std::size_t number = 0;
    for (const Value& message : list.toList()) {
        ++number;
        if (!message.isObject()) {
            refuse(number,
                   "not_a_message",
                   std::string(kindOf(message)) + R"(, expected {"role": …, "content": …})");
        }
        if (!appendPair(message, turns, remarks)) {
            appendMessage(message, number, turns, remarks);
        }
    }
}

void prependSystem(const Value& row, std::vector<Turn>& turns, Remarks& remarks)
{
    std::string system = textOf(row, "system", remarks);
    const bool hasOwn = !turns.empty() && turns.front().role == "system";
    if (!isBlank(system) && !hasOwn) {
        turns.insert(
            turns.begin(),
            Turn{.role = "system", .content = std::move(system), .input = {}, .extra = {}});
    }
}

void checkTurns(const std::vector<Turn>& turns, Remarks& remarks)
{
    bool hasQuestion = false;
    bool hasSystem = false;
    bool hasAnswer = false;
    bool hasTrained = false;
    bool follows = false;
    for (const Turn& turn : turns) {
        if (turn.role == "assistant") {
            if (!hasQuestion && hasSystem) {
                remarks.push_back(remark::kNoQuestion);
            } else if (!hasQuestion) {
                throw RowError{"answer_first", "the assistant speaks before anybody else"};
            }
            if (isBlank(turn.content) && !hasToolCalls(turn)) {
                throw RowError{"empty_answer", "no answer to learn: an assistant turn is empty"};
            }
            hasAnswer = true;
            hasTrained = hasTrained || turn.trained;
        } else if (turn.role == "user") {
            if (isBlank(turn.content) && isBlank(turn.input)) {
                remarks.push_back(remark::kEmptyPrompt);
            }
            if (follows) {
                remarks.push_back(remark::kSameRoleTwice);
            }
        }
        follows = turn.role == "user";
        hasSystem = hasSystem || turn.role == "system";
        hasQuestion = hasQuestion || turn.role != "system";
    }
    if (!hasAnswer) {
        throw RowError{"no_answer", "no assistant turn, so no answer to learn"};
    }
    if (!hasTrained) {
        throw RowError{"no_trained_turn", "every answer has weight 0, so nothing to learn"};
    }
}

} // namespace engine::data
