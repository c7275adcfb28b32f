// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of one row of data that a person edits: its texts one by one, everything else as JSON.
// Plain functions.
#pragma once

#include "engine/contract/result.h"
#include "engine/contract/value.h"

#include <QString>

#include <optional>
#include <vector>

namespace ui::pages::data {

struct RowField
{
    std::string member;         // of the row: "messages"
    std::optional<size_t> item; // of a list of turns: which
    std::string part = {};      // of that turn: "content"
    QString label;              // "assistant", "output"
    QString path;               // "messages[1].content"
    QString text;
    bool isJson = false; // else plain text
};

// In the order of the row. Roles of turns are no fields of their own.
std::vector<RowField> fieldsOf(const engine::contract::Value& row);

// The row with the field's text put in; of a JSON field that is no JSON the parser's error.
engine::contract::Result<engine::contract::Value>
withText(const engine::contract::Value& row, const RowField& field, const QString& text);

// The members that differ, as an edit says them: null takes one away. Empty: nothing differs.
engine::contract::Value changeBetween(const engine::contract::Value& row,
                                      const engine::contract::Value& edited);
// The row with the members of an edit put in.
engine::contract::Value withChange(const engine::contract::Value& row,
                                   const engine::contract::Value& change);

} // namespace ui::pages::data
