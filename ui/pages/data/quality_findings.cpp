// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/quality_findings.h"

#include "app/base/format.h"
#include "app/base/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Value;

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(ui::pages::data::Quality)
};

qint64 countOf(const Value& quality, const std::string& key, qint64 listed)
{
    return std::max<qint64>(listed, quality[key + "_count"].toInteger(listed));
}

// Of each group the rows behind its first one.
std::vector<FoundRow> copiesIn(const Value& groups)
{
    std::vector<FoundRow> found;
    for (const Value& group : groups.toList()) {
        const Value::List& rows = group["rows"].toList();
        for (std::size_t i = 1; i < rows.size(); ++i) {
            found.push_back(
                {rows[i].toInteger(), rows[0].toInteger(), group["similarity"].toDouble(1)});
        }
    }
    return found;
}

// Rows by number; those that were dropped have none and are named by their line.
std::vector<FoundRow> rowsIn(const Value& list)
{
    std::vector<FoundRow> found;
    for (const Value& entry : list.toList()) {
        FoundRow row;
        row.index = entry.isObject() ? entry["row"].toInteger(-1) : entry.toInteger(-1);
        if (row.index < 0) {
            row.text = Texts::tr("Line %1, among the bad rows")
                           .arg(app::formatCount(entry["line"].toInteger()));
        }
        found.push_back(std::move(row));
    }
    return found;
}

std::vector<FoundRow> repeatedIn(const Value& list)
{
    std::vector<FoundRow> found;
    for (const Value& entry : list.toList()) {
        const Value::List& rows = entry["rows"].toList();
        FoundRow row;
        row.index = rows.empty() ? -1 : rows[0].toInteger();
        row.amount = double(entry["count"].toInteger(int64_t(rows.size())));
        row.text = app::qs(entry["text"].toString());
        found.push_back(std::move(row));
    }
    std::ranges::stable_sort(found, std::greater<>(), &FoundRow::amount);
    return found;
}

std::vector<FoundRow> leaksIn(const Value& list)
{
    std::vector<FoundRow> found;
    for (const Value& entry : list.toList()) {
        found.push_back({entry["row"].toInteger(-1),
                         entry["validation_row"].toInteger(-1),
                         entry["similarity"].toDouble(1)});
    }
    return found;
}

std::vector<FoundRow> labelsIn(const Value& list)
{
    std::vector<FoundRow> found;
    for (const Value& entry : list.toList()) {
        FoundRow row;
        row.amount = entry["count"].toDouble();
        row.text = entry["label"].isString() ? app::qs(entry["label"].toString())
                                             : app::qs(toJson(entry["label"]));
        found.push_back(std::move(row));
    }
    std::ranges::stable_sort(found, std::greater<>(), &FoundRow::amount);
    return found;
}

} // namespace

std::vector<Finding> readFindings(const Value& quality)
{
    struct Reader
    {
        const char* key;
        Check check;
        std::vector<FoundRow> (*read)(const Value&);
    };
    constexpr Reader kReaders[] = {{"exact_duplicates", Check::Copies, copiesIn},
                                   {"near_duplicates", Check::NearCopies, copiesIn},
                                   {"empty_answers", Check::EmptyAnswers, rowsIn},
                                   {"repeated_answers", Check::RepeatedAnswers, repeatedIn},
                                   {"leakage", Check::Leakage, leaksIn},
                                   {"labels", Check::Labels, labelsIn}};
    std::vector<Finding> findings;
    for (const Reader& reader : kReaders) {
        if (!quality[reader.key].isList()) {
            continue;
        }
        Finding finding{reader.check, 0, reader.read(quality[reader.key])};
        finding.count = countOf(quality, reader.key, qint64(finding.rows.size()));
        // A task without labels has no balance to speak of.
        if (reader.check != Check::Labels || finding.count > 0) {
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

FoundRow readLoss(const Value& line)
{
    FoundRow row;
    row.index = line["index"].toInteger(-1);
    row.amount = line["mean_nll"].toDouble();
    row.tokens = line["tokens"].toInteger();
    return row;
}

void sortByLoss(std::vector<FoundRow>& rows)
{
    std::ranges::stable_sort(rows, std::greater<>(), &FoundRow::amount);
}

QString checkTitle(Check check)
{
    switch (check) {
    case Check::Copies:
        return Texts::tr("Copies");
    case Check::NearCopies:
        return Texts::tr("Near copies");
    case Check::EmptyAnswers:
        return Texts::tr("Empty answers");
    case Check::RepeatedAnswers:
        return Texts::tr("Repeated answers");
    case Check::Leakage:
        return Texts::tr("In validation too");
    case Check::Labels:
        return Texts::tr("Labels");
    case Check::Loss:
        return Texts::tr("Loss of each row");
    }
    return {};
}

QString checkWords(Check check)
{
    switch (check) {
    case Check::Copies:
        return Texts::tr("The same row more than once: it counts as often in training.");
    case Check::NearCopies:
        return Texts::tr("Nearly the same text as an earlier row.");
    case Check::EmptyAnswers:
        return Texts::tr("Nothing to learn from, or an answer that teaches silence.");
    case Check::RepeatedAnswers:
        return Texts::tr("One answer to many questions: the model may give it to all.");
    case Check::Leakage:
        return Texts::tr("Trained rows that validation holds as well: its loss looks better than "
                         "it is.");
    case Check::Labels:
        return Texts::tr("How often each label occurs; rare ones are learned worst.");
    case Check::Loss:
        return Texts::tr("Which rows does the model not learn? High after training: wrong, "
                         "contradictory or rare.");
    }
    return {};
}

QString countWords(const Finding& finding)
{
    return checkTitle(finding.check) + QLatin1Char(' ') + app::formatCount(finding.count);
}

QString foundWords(Check check, const FoundRow& row)
{
    switch (check) {
    case Check::Copies:
        return Texts::tr("same as row %1").arg(app::formatCount(row.other + 1));
    case Check::NearCopies:
        return Texts::tr("%1 like row %2")
            .arg(app::formatPercent(row.amount, 0), app::formatCount(row.other + 1));
    case Check::EmptyAnswers:
        return Texts::tr("empty");
    case Check::RepeatedAnswers:
    case Check::Labels:
        return Texts::tr("%Ln row(s)", nullptr, int(row.amount));
    case Check::Leakage:
        return Texts::tr("%1 like validation row %2")
            .arg(app::formatPercent(row.amount, 0), app::formatCount(row.other + 1));
    case Check::Loss:
        return app::formatLoss(row.amount);
    }
    return {};
}

bool isConcern(const Finding& finding)
{
    return finding.count > 0 && finding.check != Check::Labels && finding.check != Check::Loss;
}

} // namespace ui::pages::data
