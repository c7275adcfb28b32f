// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/adapter_repository.h"

#include "app/base/text.h"
#include "engine/contract/value.h"

#include <QDir>

namespace app::library {

namespace {

Subject subjectOf(qint64 row)
{
    return {SubjectKind::Adapter, row};
}

const char* const kUpsert = R"(
INSERT INTO adapters(identity, sha256, name, path, origin, method, rank, has_several_ranks, modules,
    parameters, bytes, dtype, eval_loss, eval_step, relative_norm, base_id, base_path, base_sha256,
    run_id, made_at, base_quantization, corrects_rounding)
VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT(identity) DO UPDATE SET sha256=excluded.sha256,
    name=CASE WHEN is_renamed THEN name ELSE excluded.name END, path=excluded.path,
    origin=excluded.origin, method=excluded.method, rank=excluded.rank,
    has_several_ranks=excluded.has_several_ranks, modules=excluded.modules,
    parameters=excluded.parameters, bytes=excluded.bytes, dtype=excluded.dtype,
    eval_loss=coalesce(excluded.eval_loss, eval_loss),
    eval_step=max(excluded.eval_step, eval_step * (excluded.eval_loss IS NULL)),
    relative_norm=CASE WHEN sha256=excluded.sha256
        THEN coalesce(excluded.relative_norm, relative_norm) ELSE excluded.relative_norm END,
    base_id=coalesce(excluded.base_id, base_id), base_path=excluded.base_path,
    base_sha256=excluded.base_sha256, run_id=coalesce(excluded.run_id, run_id),
    made_at=excluded.made_at, base_quantization=excluded.base_quantization,
    corrects_rounding=excluded.corrects_rounding
RETURNING id)";

const char* const kSelect = R"(
SELECT a.id, a.identity, a.sha256, a.name, a.path, a.origin, a.method, a.rank, a.has_several_ranks,
    a.modules, a.parameters, a.bytes, a.dtype, a.eval_loss, a.eval_step, a.relative_norm, a.base_id,
    b.name, coalesce(b.path, a.base_path), coalesce(b.sha256, a.base_sha256), a.run_id, r.folder,
    a.made_at, a.deleted_at, a.base_path, a.base_quantization,
    a.corrects_rounding
FROM adapters a LEFT JOIN base_models b ON b.id=a.base_id LEFT JOIN runs r ON r.id=a.run_id )";

Adapter adapterOf(const Row& row)
{
    Adapter adapter;
    adapter.row = row.integer(0);
    adapter.id = row.text(1);
    adapter.sha256 = row.text(2);
    adapter.name = row.text(3);
    adapter.path = row.text(4);
    adapter.origin = row.text(5);
    adapter.method = row.text(6);
    adapter.rank = row.integer(7);
    adapter.hasSeveralRanks = row.boolean(8);
    adapter.modules = row.integer(9);
    adapter.parameters = row.integer(10);
    adapter.bytes = row.integer(11);
    adapter.dtype = row.text(12);
    adapter.evalLoss = row.optionalReal(13);
    adapter.evalStep = row.integer(14);
    adapter.relativeNorm = row.optionalReal(15);
    adapter.base = row.optionalInteger(16);
    adapter.baseName = adapter.base ? row.text(17) : row.text(24).section(QLatin1Char('/'), -1);
    adapter.basePath = row.text(18);
    adapter.baseSha256 = row.text(19);
    adapter.run = row.optionalInteger(20);
    adapter.runFolder = row.text(21);
    adapter.made = row.time(22);
    adapter.trashed = row.time(23);
    adapter.baseQuantization = row.text(25);
    adapter.correctsRounding = row.boolean(26);
    return adapter;
}

Condition conditionOf(const AdapterQuery& query)
{
    Condition condition =
        SearchIndex::matches(SubjectKind::Adapter, QStringLiteral("a.id"), query.text);
    condition.sql.prepend(query.isTrash ? QLatin1String("WHERE a.deleted_at IS NOT NULL AND ")
                                        : QLatin1String("WHERE a.deleted_at IS NULL AND "));
    if (query.base) {
        condition.sql += QLatin1String(" AND a.base_id=?");
        condition.values << *query.base;
    }
    if (!query.tag.isEmpty()) {
        condition.sql += QLatin1String(" AND a.id IN (SELECT subject FROM tag_links JOIN tags t"
                                       " ON t.id=tag_id WHERE kind=4 AND t.name=?)");
        condition.values << query.tag;
    }
    return condition;
}

QString orderOf(const AdapterQuery& query)
{
    if (query.isTrash) {
        return QStringLiteral(" ORDER BY a.deleted_at DESC, a.id DESC");
    }
    const QLatin1String way(query.isDescending ? " DESC" : " ASC");
    const auto by = [way](const char* column) {
        return QString(QLatin1String(" ORDER BY ") + QLatin1String(column) + way
                       + QLatin1String(", a.id") + way);
    };
    switch (query.sort) {
    case AdapterSort::Name:
        return by("a.name COLLATE NOCASE");
    case AdapterSort::Method:
        return QLatin1String(" ORDER BY a.origin") + way + QLatin1String(", a.method") + way
               + QLatin1String(", a.id") + way;
    case AdapterSort::Rank:
        return by("a.rank");
    case AdapterSort::Parameters:
        return by("a.parameters");
    case AdapterSort::Bytes:
        return by("a.bytes");
    case AdapterSort::EvalLoss:
        // Without a number at the end, whichever way.
        return QLatin1String(" ORDER BY a.eval_loss IS NULL, a.eval_loss") + way
               + QLatin1String(", a.id") + way;
    case AdapterSort::Made:
        return by("a.made_at");
    }
    return {};
}

} // namespace

Result<qint64> AdapterRepository::save(const Adapter& adapter)
{
    qint64 id = 0;
    const QString path = QDir::cleanPath(adapter.path);
    const auto saved = database().transaction([&]() -> Result<void> {
        auto upserted = database().select(QString::fromLatin1(kUpsert),
                                          {adapter.id,
                                           adapter.sha256,
                                           adapter.name,
                                           path,
                                           adapter.origin,
                                           adapter.method,
                                           adapter.rank,
                                           adapter.hasSeveralRanks,
                                           adapter.modules,
                                           adapter.parameters,
                                           adapter.bytes,
                                           adapter.dtype,
                                           toColumn(adapter.evalLoss),
                                           adapter.evalStep,
                                           toColumn(adapter.relativeNorm),
                                           toColumn(adapter.base),
                                           adapter.basePath,
                                           adapter.baseSha256,
                                           toColumn(adapter.run),
                                           toColumn(adapter.made),
                                           adapter.baseQuantization,
                                           adapter.correctsRounding},
                                          [&](const Row& row) { id = row.integer(0); });
        if (!upserted) {
            return upserted;
        }
        const auto tied = database().execute(
            QStringLiteral("UPDATE adapter_parents SET parent_id=? WHERE parent_id IS NULL AND"
                           " child_id<>? AND (parent_path=? OR"
                           " (parent_sha256<>'' AND parent_sha256=?))"),
            {id, id, path, adapter.sha256});
        return tied ? m_context.index.refresh(subjectOf(id)) : Result<void>(tied.error());
    });
    if (!saved) {
        return saved.error();
    }
    m_context.changed(Table::Adapters);
    return id;
}

Result<Adapter> AdapterRepository::find(qint64 row) const
{
    return one(QStringLiteral("WHERE a.id=?"), {row});
}

Result<Adapter> AdapterRepository::findById(const QString& id) const
{
    return one(QStringLiteral("WHERE a.identity=?"), {id});
}

Result<Adapter> AdapterRepository::findByPath(const QString& path) const
{
    return one(QStringLiteral("WHERE a.path=? ORDER BY a.id DESC LIMIT 1"),
               {QDir::cleanPath(path)});
}

Result<std::vector<Adapter>> AdapterRepository::findByHash(const QString& sha256) const
{
    return read(QStringLiteral("WHERE a.sha256=? ORDER BY a.id"), {sha256});
}

Result<Adapter> AdapterRepository::ofRun(qint64 run) const
{
    return one(QStringLiteral("WHERE a.run_id=?"), {run});
}

Result<std::vector<qint64>> AdapterRepository::order(const AdapterQuery& query) const
{
    std::vector<qint64> rows;
    const Condition condition = conditionOf(query);
    // One text instead of thousands of result rows, each of which costs microseconds.
    auto done = database().select(
        QLatin1String("SELECT group_concat(id) FROM (SELECT a.id AS id FROM adapters a ")
            + condition.sql + orderOf(query) + QLatin1Char(')'),
        condition.values,
        [&](const Row& row) {
            const QString list = row.text(0);
            for (const QStringView id : QStringView(list).split(u',', Qt::SkipEmptyParts)) {
                rows.push_back(id.toLongLong());
            }
        });
    if (!done) {
        return done.error();
    }
    return rows;
}

Result<std::vector<Adapter>> AdapterRepository::fetch(const std::vector<qint64>& rows) const
{
    using ::engine::contract::Value;
    Value::List list;
    for (const qint64 row : rows) {
        list.emplace_back(int64_t(row));
    }
    return read(QStringLiteral("JOIN json_each(?) j ON j.value=a.id ORDER BY j.key"),
                {qs(toJson(Value(std::move(list))))});
}

Result<std::vector<Adapter>> AdapterRepository::list(const AdapterQuery& query, int limit) const
{
    const Condition condition = conditionOf(query);
    return read(condition.sql + orderOf(query) + QLatin1String(" LIMIT ?"),
                condition.values + QVariantList{limit});
}

Result<AdapterTotals> AdapterRepository::totals(const AdapterQuery& query) const
{
    AdapterTotals totals;
    const Condition condition = conditionOf(query);
    auto done =
        database().select(QLatin1String("SELECT count(*), coalesce(sum(a.bytes), 0),"
                                        " coalesce(sum(a.has_several_ranks), 0) FROM adapters a ")
                              + condition.sql,
                          condition.values,
                          [&](const Row& row) {
                              totals = {row.integer(0), row.integer(1), row.integer(2)};
                          });
    if (!done) {
        return done.error();
    }
    return totals;
}

Result<std::vector<std::pair<qint64, QString>>> AdapterRepository::bases() const
{
    std::vector<std::pair<qint64, QString>> bases;
    auto done =
        database().select(QStringLiteral("SELECT id, name FROM base_models WHERE id IN"
                                         " (SELECT base_id FROM adapters WHERE deleted_at IS NULL)"
                                         " ORDER BY name COLLATE NOCASE, id"),
                          {},
                          [&](const Row& row) { bases.emplace_back(row.integer(0), row.text(1)); });
    if (!done) {
        return done.error();
    }
    return bases;
}

Result<QHash<qint64, int>> AdapterRepository::countsByBase() const
{
    QHash<qint64, int> counts;
    auto done = database().select(
        QStringLiteral("SELECT base_id, count(*) FROM adapters WHERE deleted_at IS NULL"
                       " AND base_id IS NOT NULL GROUP BY base_id"),
        {},
        [&](const Row& row) { counts.insert(row.integer(0), int(row.integer(1))); });
    if (!done) {
        return done.error();
    }
    return counts;
}

Result<void> AdapterRepository::rename(qint64 row, const QString& name)
{
    return Repository::rename(Table::Adapters, subjectOf(row), name);
}

Result<void> AdapterRepository::setRelativeNorm(qint64 row, double mean)
{
    return change(Table::Adapters,
                  QStringLiteral("UPDATE adapters SET relative_norm=? WHERE id=?"),
                  {mean, row});
}

Result<void> AdapterRepository::trash(qint64 row, const QDateTime& when)
{
    return setTrashed(Table::Adapters, subjectOf(row), when);
}

Result<void> AdapterRepository::restore(qint64 row)
{
    return setTrashed(Table::Adapters, subjectOf(row), {});
}

Result<void> AdapterRepository::forget(qint64 row)
{
    return Repository::forget(Table::Adapters, subjectOf(row));
}

Result<void> AdapterRepository::setParents(qint64 row, const std::vector<AdapterParent>& parents)
{
    const auto saved = database().transaction([&]() -> Result<void> {
        const auto cleared = database().execute(
            QStringLiteral("DELETE FROM adapter_parents WHERE child_id=?"), {row});
        if (!cleared) {
            return cleared.error();
        }
        int position = 0;
        for (const AdapterParent& parent : parents) {
            const QString path = QDir::cleanPath(parent.path);
            const auto added = database().execute(
                QStringLiteral(
                    "INSERT INTO adapter_parents(child_id, parent_id, parent_path, parent_sha256,"
                    " relation, weight, position) VALUES(?, coalesce(?, (SELECT id FROM adapters"
                    " WHERE id<>? AND (path=? OR (sha256<>'' AND sha256=?))"
                    " ORDER BY path=? DESC, id DESC LIMIT 1)), ?, ?, ?, ?, ?)"),
                {row,
                 toColumn(parent.parent),
                 row,
                 path,
                 parent.sha256,
                 path,
                 path,
                 parent.sha256,
                 parent.relation,
                 parent.weight,
                 position++});
            if (!added) {
                return added.error();
            }
        }
        return {};
    });
    if (saved) {
        m_context.changed(Table::Adapters);
    }
    return saved;
}

Result<std::vector<AdapterParent>> AdapterRepository::parents(qint64 row) const
{
    return readParents(QStringLiteral("WHERE child_id=? ORDER BY position"), row);
}

Result<std::vector<AdapterParent>> AdapterRepository::children(qint64 row) const
{
    return readParents(QStringLiteral("WHERE parent_id=? ORDER BY child_id"), row);
}

Result<std::vector<AdapterParent>> AdapterRepository::readParents(const QString& tail,
                                                                  qint64 row) const
{
    std::vector<AdapterParent> found;
    auto done = database().select(
        QLatin1String("SELECT child_id, parent_id, parent_path, parent_sha256, relation, weight"
                      " FROM adapter_parents ")
            + tail,
        {row},
        [&](const Row& record) {
            found.push_back({record.integer(0),
                             record.optionalInteger(1),
                             record.text(2),
                             record.text(3),
                             record.text(4),
                             record.real(5)});
        });
    if (!done) {
        return done.error();
    }
    return found;
}

Result<std::vector<Adapter>> AdapterRepository::read(const QString& tail,
                                                     const QVariantList& values) const
{
    std::vector<Adapter> adapters;
    auto done = database().select(QLatin1String(kSelect) + tail, values, [&](const Row& row) {
        adapters.push_back(adapterOf(row));
    });
    if (!done) {
        return done.error();
    }
    return adapters;
}

Result<Adapter> AdapterRepository::one(const QString& tail, const QVariantList& values) const
{
    return firstOf(read(tail, values));
}

} // namespace app::library
