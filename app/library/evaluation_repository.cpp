// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/evaluation_repository.h"

#include "app/base/text.h"

#include <QDir>

namespace app::library {

using ::engine::contract::parseJson;
using ::engine::contract::Value;

Result<qint64> EvaluationRepository::add(const Evaluation& evaluation)
{
    const auto added = database().execute(
        QStringLiteral("INSERT INTO evaluations(adapter, base_sha256, base_path, data_sha256,"
                       " data_path, metrics, samples, tokens, made_at) VALUES(?,?,?,?,?,?,?,?,?)"),
        {textOrNull(evaluation.adapter),
         textOrNull(evaluation.baseSha256),
         QDir::cleanPath(evaluation.basePath),
         textOrNull(evaluation.dataSha256),
         evaluation.dataPath,
         qs(toJson(evaluation.metrics)),
         evaluation.samples,
         evaluation.tokens,
         toColumn(evaluation.made.isValid() ? evaluation.made : QDateTime::currentDateTimeUtc())});
    if (!added) {
        return added.error();
    }
    m_context.changed(Table::Evaluations);
    return added.value().lastId;
}

Result<std::vector<Evaluation>> EvaluationRepository::ofAdapter(const QString& id) const
{
    return read(QStringLiteral("WHERE adapter=? ORDER BY made_at DESC, id DESC"), {id});
}

Result<std::vector<Evaluation>> EvaluationRepository::ofBase(const QString& path) const
{
    return read(
        QStringLiteral("WHERE adapter IS NULL AND base_path=? ORDER BY made_at DESC, id DESC"),
        {QDir::cleanPath(path)});
}

Result<void> EvaluationRepository::remove(qint64 row)
{
    return change(Table::Evaluations, QStringLiteral("DELETE FROM evaluations WHERE id=?"), {row});
}

Result<std::vector<Evaluation>> EvaluationRepository::read(const QString& tail,
                                                           const QVariantList& values) const
{
    std::vector<Evaluation> evaluations;
    auto done = database().select(
        QLatin1String("SELECT id, adapter, base_sha256, base_path, data_sha256, data_path, metrics,"
                      " samples, tokens, made_at FROM evaluations ")
            + tail,
        values,
        [&](const Row& row) {
            auto metrics = parseJson(stdString(row.text(6)));
            evaluations.push_back({row.integer(0),
                                   row.text(1),
                                   row.text(2),
                                   row.text(3),
                                   row.text(4),
                                   row.text(5),
                                   metrics ? std::move(metrics).value() : Value(),
                                   row.integer(7),
                                   row.integer(8),
                                   row.time(9)});
        });
    if (!done) {
        return done.error();
    }
    return evaluations;
}

} // namespace app::library
