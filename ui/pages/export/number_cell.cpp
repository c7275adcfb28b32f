// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/number_cell.h"

#include "app/base/format.h"

#include <QStandardItem>

namespace ui::pages::exporting {

using engine::contract::Value;
using namespace Qt::StringLiterals;

QStandardItem* textCell(const QString& text, bool isNumber)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    item->setTextAlignment((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return item;
}

QStandardItem* numberCell(const Value& value)
{
    if (!value.isNumber()) {
        return textCell(app::noValue(), true);
    }
    QString text = QString::number(value.toDouble(), 'g', 2);
    text.replace(u"e-0"_s, u"e-"_s).replace(u'-', u'\u2212');
    return textCell(text, true);
}

QStandardItem* shareCell(const Value& value)
{
    return textCell(value.isNumber() ? app::formatPercent(value.toDouble(), 2) : app::noValue(),
                    true);
}

} // namespace ui::pages::exporting
