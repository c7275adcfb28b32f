// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/data_source.h"

#include "app/base/text.h"

namespace ui::pages::data {

using engine::contract::Value;

Value DataSource::asItStands() const
{
    Value question = Value::object({{"data", app::stdString(path)}});
    if (!format.isEmpty()) {
        question.set("format", app::stdString(format));
    }
    Value map = Value::List();
    for (const auto& [column, role] : roles.toObject()) {
        map.append(column + "=" + role.toString());
    }
    if (!map.toList().empty()) {
        question.set("map", map);
    }
    return question;
}

Value DataSource::edited() const
{
    Value question = asItStands();
    if (!edits.isEmpty()) {
        question.set("edits", app::stdString(edits));
    }
    return question;
}

} // namespace ui::pages::data
