// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Files that were not taken, each with the reason, as a message lists them. Plain functions.
#pragma once

#include "app/engine/contract.h"

#include <QList>
#include <QString>

namespace ui {

struct LeftOut
{
    QString path;
    engine::contract::Error error;
};

// What is wrong with it, where its name stands beside: without the path in front.
QString reasonOf(const LeftOut& file);

// A line each, "notes.csv: it has no row that can be used"; of many the first ones, and how many
// more there are.
QString leftOutLines(const QList<LeftOut>& files);

} // namespace ui
