// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is found about the quality of a data file, check by check, from `quality` of `inspect data`
// (docs/contract.md section 5) and from the loss of every row. Plain values and functions.
#pragma once

#include "engine/contract/value.h"

#include <QList>
#include <QString>

#include <vector>

namespace ui::pages::data {

// A row that a check found, or a label.
struct FoundRow
{
    qint64 index = -1; // in the file, from 0; −1: not a row
    qint64 other = -1; // the row that it resembles
    double amount = 0; // similarity 0…1, number of rows, or loss
    qint64 tokens = 0; // of a loss
    QString text = {}; // a repeated answer, a label
};

enum class Check { Copies, NearCopies, EmptyAnswers, RepeatedAnswers, Leakage, Labels, Loss };

struct Finding
{
    Check check = Check::Copies;
    qint64 count = 0; // how many there are; `rows` may hold only the first of them
    std::vector<FoundRow> rows = {};
};

// Every check that the answer speaks of, in the order of the tab; Loss is no part of it.
std::vector<Finding> readFindings(const engine::contract::Value& quality);
// A line of `score` for each row.
FoundRow readLoss(const engine::contract::Value& line);
// The worst learned first.
void sortByLoss(std::vector<FoundRow>& rows);

QString checkTitle(Check check);
// What it means for training, in a sentence.
QString checkWords(Check check);
// "3 copies", "No copies": what was found, for the check's chip.
QString countWords(const Finding& finding);
// What was found about the row: "same as row 12", "93 % like row 12", "34 rows".
QString foundWords(Check check, const FoundRow& row);
// Whether finding something there is a reason to look.
bool isConcern(const Finding& finding);

} // namespace ui::pages::data
