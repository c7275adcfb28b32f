// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/export_repository.h"

#include "app/base/text.h"

#include <QDir>

namespace app::library {

using ::engine::contract::parseJson;
using ::engine::contract::Value;

Result<qint64> ExportRepository::add(const Export& exported)
{
    const auto added = database().execute(
        QStringLiteral("INSERT INTO exports(adapters, base_path, format, path, bytes, verification,"
                       " made_at) VALUES(?,?,?,?,?,?,?)"),
        {toColumn(exported.adapters),
         exported.basePath,
         exported.format,
         QDir::cleanPath(exported.path),
         exported.bytes,
         qs(toJson(exported.verification)),
         toColumn(exported.made.isValid() ? exported.made : QDateTime::currentDateTimeUtc())});
    if (!added) {
        return added.error();
    }
    m_context.changed(Table::Exports);
    return added.value().lastId;
}

Result<std::vector<Export>> ExportRepository::list(int limit) const
{
    return read(QStringLiteral("ORDER BY made_at DESC, id DESC LIMIT ?"), {limit});
}

Result<std::vector<Export>> ExportRepository::ofAdapter(const QString& id) const
{
    return read(QStringLiteral("WHERE EXISTS (SELECT 1 FROM json_each(adapters) WHERE value=?)"
                               " ORDER BY made_at DESC, id DESC"),
                {id});
}

Result<void> ExportRepository::remove(qint64 row)
{
    return change(Table::Exports, QStringLiteral("DELETE FROM exports WHERE id=?"), {row});
}

Result<std::vector<Export>> ExportRepository::read(const QString& tail,
                                                   const QVariantList& values) const
{
    std::vector<Export> exports;
    auto done = database().select(
        QLatin1String("SELECT id, adapters, base_path, format, path, bytes, verification, made_at"
                      " FROM exports ")
            + tail,
        values,
        [&](const Row& row) {
            auto verification = parseJson(stdString(row.text(6)));
            exports.push_back({row.integer(0),
                               row.texts(1),
                               row.text(2),
                               row.text(3),
                               row.text(4),
                               row.integer(5),
                               verification ? std::move(verification).value() : Value(),
                               row.time(7)});
        });
    if (!done) {
        return done.error();
    }
    return exports;
}

} // namespace app::library
