// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_fields.h"

#include "app/base/text.h"

#include <algorithm>
#include <string_view>

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;

constexpr int kIndent = 2;

// Where the turns of ShareGPT and of messages keep their words and who says them.
constexpr std::string_view kTexts[] = {"content", "value", "text"};
constexpr std::string_view kSpeakers[] = {"role", "from"};

std::string_view textPart(const Value& turn)
{
    for (const std::string_view part : kTexts) {
        if (turn[part].isString()) {
            return part;
        }
    }
    return {};
}

std::string speaker(const Value& turn)
{
    for (const std::string_view part : kSpeakers) {
        if (turn[part].isString()) {
            return turn[part].toString();
        }
    }
    return {};
}

bool isListOfTurns(const Value& value)
{
    const Value::List& items = value.toList();
    return !items.empty()
           && std::ranges::all_of(items, [](const Value& item) { return !textPart(item).empty(); });
}

void addTurns(std::vector<RowField>& fields, const std::string& member, const Value& turns)
{
    for (size_t i = 0; i < turns.toList().size(); ++i) {
        const Value& turn = turns.toList()[i];
        RowField field;
        field.member = member;
        field.item = i;
        field.part = textPart(turn);
        field.path = app::qs(member) + QStringLiteral("[%1].").arg(i) + app::qs(field.part);
        const std::string who = speaker(turn);
        field.label = who.empty() ? field.path : app::qs(who);
        field.text = app::qs(turn[field.part].toString());
        fields.push_back(std::move(field));
    }
}

} // namespace

std::vector<RowField> fieldsOf(const Value& row)
{
    std::vector<RowField> fields;
    for (const auto& [member, value] : row.toObject()) {
        if (isListOfTurns(value)) {
            addTurns(fields, member, value);
            continue;
        }
        RowField field;
        field.member = member;
        field.label = app::qs(member);
        field.path = field.label;
        field.isJson = !value.isString();
        const bool isDeep = value.isList() || value.isObject();
        field.text = field.isJson ? app::qs(toJson(value, isDeep ? kIndent : -1))
                                  : app::qs(value.toString());
        fields.push_back(std::move(field));
    }
    return fields;
}

Result<Value> withText(const Value& row, const RowField& field, const QString& text)
{
    Value edited = row;
    Value value = app::stdString(text);
    if (field.isJson) {
        Result<Value> parsed = engine::contract::parseJson(app::stdString(text));
        if (!parsed.ok()) {
            return parsed;
        }
        value = std::move(parsed).value();
    }
    if (field.item) {
        Value::List turns = row[field.member].toList();
        if (*field.item < turns.size()) {
            turns[*field.item].set(field.part, std::move(value));
        }
        value = std::move(turns);
    }
    edited.set(field.member, std::move(value));
    return edited;
}

Value changeBetween(const Value& row, const Value& edited)
{
    Value change = Value::Object();
    for (const auto& [member, value] : edited.toObject()) {
        if (!row.contains(member) || row[member] != value) {
            change.set(member, value);
        }
    }
    for (const auto& [member, value] : row.toObject()) {
        if (!edited.contains(member)) {
            change.set(member, nullptr);
        }
    }
    return change;
}

Value withChange(const Value& row, const Value& change)
{
    Value::Object members;
    for (const auto& [member, value] : row.toObject()) {
        if (!change.contains(member)) {
            members.emplace_back(member, value);
        } else if (!change[member].isNull()) {
            members.emplace_back(member, change[member]);
        }
    }
    for (const auto& [member, value] : change.toObject()) {
        if (!row.contains(member) && !value.isNull()) {
            members.emplace_back(member, value);
        }
    }
    return members;
}

} // namespace ui::pages::data
