// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/data_source.h"

#include "app/base/format.h"
#include "app/base/text.h"

#include <QCoreApplication>

namespace ui::pages::data {

using engine::contract::Value;

namespace {

struct ReadingText
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::data::Reading)
};

} // namespace

Value DataSource::asItStands() const
{
    Value question = Value::object({{"data", app::stdString(path)}});
    if (!format.isEmpty()) {
        question.set("format", app::stdString(format));
    }
    if (!encoding.isEmpty()) {
        question.set("encoding", app::stdString(encoding));
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

QString readingWords(qint64 done, qint64 total, qint64 rows)
{
    const QString bytes =
        ReadingText::tr("%1 of %2").arg(app::formatBytes(done), app::formatBytes(total));
    return rows > 0
               ? bytes + QStringLiteral(" · ") + ReadingText::tr("%Ln row(s)", nullptr, int(rows))
               : bytes;
}

} // namespace ui::pages::data
