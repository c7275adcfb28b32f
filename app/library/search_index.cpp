// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/search_index.h"

#include <QRegularExpression>

namespace app::library {

namespace {

constexpr int kTrigram = 3;

// Decomposed Hangul, full-width letters and capitals are found by what a person types.
QString folded(const QString& text)
{
    QString plain = text.normalized(QString::NormalizationForm_KC).toCaseFolded();
    plain.remove(QChar::Null);
    return plain;
}

QStringList wordsOf(const QString& text)
{
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    return folded(text).split(blanks, Qt::SkipEmptyParts);
}

// "…" with inner quotes doubled: nothing in it is an operator any more.
QString quoted(QString word)
{
    return QLatin1Char('"') + word.replace(QLatin1Char('"'), QLatin1String("\"\""))
           + QLatin1Char('"');
}

QString likePattern(QString word)
{
    for (const char special : {'\\', '%', '_'}) {
        word.replace(QLatin1Char(special), QString(QLatin1Char('\\') + QLatin1Char(special)));
    }
    return QLatin1Char('%') + word + QLatin1Char('%');
}

// True for rows of `search` that contain every word.
Condition contains(const QStringList& words)
{
    QStringList terms;
    Condition condition;
    QStringList parts;
    for (const QString& word : words) {
        if (word.toUcs4().size() >= kTrigram) {
            terms << quoted(word);
        }
    }
    if (!terms.isEmpty()) {
        parts << QStringLiteral("search MATCH ?");
        condition.values << terms.join(QLatin1String(" AND "));
    }
    for (const QString& word : words) {
        if (word.toUcs4().size() < kTrigram) {
            parts << QStringLiteral("(name LIKE ? ESCAPE '\\' OR note LIKE ? ESCAPE '\\'"
                                    " OR tags LIKE ? ESCAPE '\\' OR base LIKE ? ESCAPE '\\')");
            const QString pattern = likePattern(word);
            condition.values << pattern << pattern << pattern << pattern;
        }
    }
    condition.sql = parts.join(QLatin1String(" AND "));
    return condition;
}

// name, base of one subject, nothing when it is gone or in the trash.
QString sourceOf(SubjectKind kind)
{
    switch (kind) {
    case SubjectKind::BaseModel:
        return QStringLiteral("SELECT id, name || char(10) || path, family FROM base_models"
                              " WHERE deleted_at IS NULL");
    case SubjectKind::Dataset:
        return QStringLiteral("SELECT id, name || char(10) || path, format FROM datasets"
                              " WHERE deleted_at IS NULL");
    case SubjectKind::Run:
        return QStringLiteral(
            "SELECT r.id, r.name || char(10) || r.folder, coalesce(b.name, r.base_path)"
            " FROM runs r LEFT JOIN base_models b ON b.id=r.base_id WHERE r.deleted_at IS NULL");
    case SubjectKind::Adapter:
        // Also in the trash: there, too, one looks for things.
        return QStringLiteral(
            "SELECT a.id, a.name, coalesce(b.name, a.base_path)"
            " FROM adapters a LEFT JOIN base_models b ON b.id=a.base_id WHERE true");
    case SubjectKind::Chat:
        return QStringLiteral("SELECT id, title, model FROM chats WHERE deleted_at IS NULL");
    case SubjectKind::Prompt:
        return QStringLiteral("SELECT id, title || char(10) || text, '' FROM prompts"
                              " WHERE deleted_at IS NULL");
    }
    return {};
}

QString idColumn(SubjectKind kind)
{
    switch (kind) {
    case SubjectKind::Run:
        return QStringLiteral("r.id");
    case SubjectKind::Adapter:
        return QStringLiteral("a.id");
    default:
        return QStringLiteral("id");
    }
}

// What a list of hits shows: id, name, detail; nothing for what lies in the trash.
QString shownOf(SubjectKind kind)
{
    switch (kind) {
    case SubjectKind::BaseModel:
        return QStringLiteral("SELECT id, name, path FROM base_models WHERE id=?");
    case SubjectKind::Dataset:
        return QStringLiteral("SELECT id, name, path FROM datasets WHERE id=?");
    case SubjectKind::Run:
        return QStringLiteral("SELECT uuid, name, folder FROM runs WHERE id=?");
    case SubjectKind::Adapter:
        return QStringLiteral("SELECT a.identity, a.name, coalesce(b.name, a.base_path)"
                              " FROM adapters a LEFT JOIN base_models b ON b.id=a.base_id"
                              " WHERE a.id=? AND a.deleted_at IS NULL");
    case SubjectKind::Chat:
        return QStringLiteral("SELECT id, title, model FROM chats WHERE id=?");
    case SubjectKind::Prompt:
        return QStringLiteral("SELECT id, title, text FROM prompts WHERE id=?");
    }
    return {};
}

qint64 rowidOf(Subject subject)
{
    return subject.row * 8 + qint64(subject.kind);
}

} // namespace

Result<void> SearchIndex::refresh(Subject subject)
{
    struct Texts
    {
        QString name, base, note, tags;
    };
    std::optional<Texts> texts;
    auto read = m_database.select(sourceOf(subject.kind)
                                      + QStringLiteral(" AND %1=?").arg(idColumn(subject.kind)),
                                  {subject.row},
                                  [&](const Row& row) {
                                      texts = Texts{row.text(1), row.text(2), {}, {}};
                                  });
    if (!read) {
        return read;
    }
    auto removed =
        m_database.execute(QStringLiteral("DELETE FROM search WHERE rowid=?"), {rowidOf(subject)});
    if (!removed || !texts) {
        return removed ? Result<void>() : Result<void>(removed.error());
    }
    const QVariantList key = {int(subject.kind), subject.row};
    read = m_database.select(QStringLiteral("SELECT text FROM notes WHERE kind=? AND subject=?"),
                             key,
                             [&](const Row& row) { texts->note = row.text(0); });
    if (!read) {
        return read;
    }
    read = m_database.select(
        QStringLiteral("SELECT group_concat(name, char(10)) FROM tag_links JOIN tags ON id=tag_id"
                       " WHERE kind=? AND subject=?"),
        key,
        [&](const Row& row) { texts->tags = row.text(0); });
    if (!read) {
        return read;
    }
    auto added = m_database.execute(
        QStringLiteral("INSERT INTO search(rowid, name, note, tags, base) VALUES(?,?,?,?,?)"),
        {rowidOf(subject),
         folded(texts->name),
         folded(texts->note),
         folded(texts->tags),
         folded(texts->base)});
    return added ? Result<void>() : Result<void>(added.error());
}

Result<std::vector<SearchHit>> SearchIndex::find(const QString& text, int limit) const
{
    std::vector<SearchHit> hits;
    const QStringList words = wordsOf(text);
    if (words.isEmpty()) {
        return hits;
    }
    Condition condition = contains(words);
    // In the name before elsewhere, early before late, short before long.
    condition.values << words.first() << words.first() << limit;
    std::vector<Subject> subjects;
    auto read = m_database.select(
        QStringLiteral("SELECT rowid FROM search WHERE ") + condition.sql
            + QStringLiteral(" ORDER BY instr(name, ?)=0, instr(name, ?), length(name) LIMIT ?"),
        condition.values,
        [&](const Row& row) {
            subjects.push_back({SubjectKind(row.integer(0) % 8), row.integer(0) / 8});
        });
    for (size_t i = 0; read && i < subjects.size(); ++i) {
        const Subject subject = subjects[i];
        read = m_database.select(shownOf(subject.kind), {subject.row}, [&](const Row& row) {
            hits.push_back({subject, row.text(0), row.text(1), row.text(2)});
        });
    }
    if (!read) {
        return read.error();
    }
    return hits;
}

Condition SearchIndex::matches(SubjectKind kind, const QString& column, const QString& text)
{
    const QStringList words = wordsOf(text);
    if (words.isEmpty()) {
        return {QStringLiteral("true"), {}};
    }
    Condition condition = contains(words);
    condition.sql = column
                    + QStringLiteral(" IN (SELECT rowid / 8 FROM search WHERE rowid % 8 = %1 AND ")
                          .arg(int(kind))
                    + condition.sql + QLatin1Char(')');
    return condition;
}

} // namespace app::library
