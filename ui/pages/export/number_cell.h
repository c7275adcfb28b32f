// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Cells of the tables of numbers in export reports.
#pragma once

#include "engine/contract/value.h"

class QStandardItem;
class QString;

namespace ui::pages::exporting {

QStandardItem* textCell(const QString& text, bool isNumber = false);
// "2.1e-5", with the minus sign that stands beside figures; a dash where there is no number.
QStandardItem* numberCell(const engine::contract::Value& value);
// "99.96 %"
QStandardItem* shareCell(const engine::contract::Value& value);

} // namespace ui::pages::exporting
