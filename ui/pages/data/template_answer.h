// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine says of a chat template (`inspect template`), as a person reads it. Plain values.
#pragma once

#include "engine/contract/value.h"
#include "ui/pages/data/check_row.h"

#include <QString>

#include <vector>

namespace ui::pages::data {

struct TemplateAnswer
{
    struct Line
    {
        CheckRow::Outcome outcome;
        QString title;
        QString detail;
    };
    // What one of the three writes around the first token that not all of them write.
    struct Side
    {
        QString name;
        QString tokens; // the token itself in brackets
    };

    bool isSame = false;
    QString templateName; // "the model's own"
    std::vector<Line> lines;
    std::vector<Side> sides; // of the first conversation that differs; empty without one
};

TemplateAnswer readTemplateAnswer(const engine::contract::Value& answer);

} // namespace ui::pages::data
