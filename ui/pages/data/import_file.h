// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is about to be imported: what a person decided about it, and what the engine makes of
// it then. Plain values and functions.
#pragma once

#include "engine/contract/catalog.h"
#include "engine/contract/result.h"
#include "engine/contract/value.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace ui::pages::data {

struct ImportFile
{
    QString path;
    QString format;                      // chosen; empty: as detected
    QString encoding = {};               // chosen; empty: as detected
    engine::contract::Value roles = {};  // chosen {column: role}; null: as detected
    engine::contract::Value answer = {}; // of `inspect data`; null while it is awaited
    std::optional<engine::contract::Error> error = {};
    int read = 0; // per cent of its bytes, while the answer is awaited

    bool isKnown() const { return !answer.isNull() || error.has_value(); }
    // There is something to train on.
    bool canBeAdded() const { return !error && answer["good"].toInteger() > 0; }
    // Of one that cannot be added.
    engine::contract::Error whyNot() const;
    // What a column counts as now: the chosen role, else the detected one; empty: not used.
    std::string roleOf(const std::string& column) const;
    // The roles in force, as one chooses another one for a column; empty: not used.
    engine::contract::Value withRole(const std::string& column, const std::string& role) const;
    engine::contract::Value question() const;
    QStringList columns() const;
};

// "certain", "likely", "a guess", of 0…1; empty when the engine does not say.
QString confidenceWord(const engine::contract::Value& confidence);

// Every role of docs/contract.md that a column may have, in the order in which one is chosen.
const std::vector<std::string>& columnRoles();
QString roleName(const std::string& role);

} // namespace ui::pages::data
