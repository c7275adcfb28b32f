// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One row of a query's result, read by column number. Valid only inside the callback it is given
// to.
#pragma once

#include <QDateTime>
#include <QSqlQuery>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace app::library {

class Row
{
public:
    explicit Row(const QSqlQuery& query) : m_query(query) {}

    QString text(int column) const { return m_query.value(column).toString(); }
    qint64 integer(int column) const { return m_query.value(column).toLongLong(); }
    bool boolean(int column) const { return integer(column) != 0; }
    double real(int column) const { return m_query.value(column).toDouble(); }
    bool isNull(int column) const { return m_query.isNull(column); }
    // Nothing where the column is NULL.
    std::optional<double> optionalReal(int column) const;
    std::optional<qint64> optionalInteger(int column) const;
    // Stored as milliseconds since 1970, UTC; invalid where the column is NULL.
    QDateTime time(int column) const;
    // Stored as a JSON list; empty when it is none.
    QStringList texts(int column) const;
    std::vector<double> reals(int column) const;

private:
    const QSqlQuery& m_query;
};

// The other way, for binding.
QVariant toColumn(const std::optional<double>& value);
QVariant toColumn(const std::optional<qint64>& value);
QVariant toColumn(const QDateTime& time);
QVariant toColumn(const QStringList& texts);
QVariant toColumn(const std::vector<double>& numbers);
// NULL instead of an empty text.
QVariant textOrNull(const QString& text);

} // namespace app::library
