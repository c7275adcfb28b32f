// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data_edits.h"

#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/error_codes.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <vector>

namespace app::studio {

namespace {

namespace contract = ::engine::contract;
using contract::Error;
using contract::Result;
using contract::Value;

constexpr int kHashDigits = 12;

struct EditsText
{
    Q_DECLARE_TR_FUNCTIONS(app::studio::DataEdits)
};

Error lineError(qsizetype number, const QString& why)
{
    return {std::string(contract::code::kBadFile),
            stdString(EditsText::tr("Line %1 of the edits: %2").arg(number).arg(why)),
            stdString(EditsText::tr("Undo what was written there, or take the line away")),
            {}};
}

void apply(const Value& line, RowEdit& edit)
{
    if (line["change"].isObject()) {
        for (const auto& [member, value] : line["change"].toObject()) {
            edit.change.set(member, value);
        }
        edit.isDeleted = false;
    } else if (line["replace"].isObject()) {
        edit.replacement = line["replace"];
        edit.text.reset();
        edit.change = {};
        edit.isDeleted = false;
    } else if (line["text"].isString()) {
        edit.text = qs(line["text"].toString());
        edit.replacement = {};
        edit.change = {};
        edit.isDeleted = false;
    } else if (line["repeats"].toBool()) {
        edit.deletesRepeats = true;
    } else {
        edit.isDeleted = true;
    }
}

bool hasAction(const Value& line)
{
    return line["change"].isObject() || line["replace"].isObject() || line["text"].isString()
           || line["delete"].toBool();
}

void writeRow(QByteArray& lines, const QString& sha256, const RowEdit& edit)
{
    const auto write = [&](const char* action, Value what, bool repeats = false) {
        Value line = Value::object({{"sha256", stdString(sha256)}});
        if (edit.index >= 0) {
            line.set("index", int64_t(edit.index));
        }
        line.set(action, std::move(what));
        if (repeats) {
            line.set("repeats", true);
        }
        lines += QByteArray::fromStdString(toJson(line)) + '\n';
    };
    if (!edit.replacement.isNull()) {
        write("replace", edit.replacement);
    }
    if (edit.text) {
        write("text", stdString(*edit.text));
    }
    if (!edit.change.isNull()) {
        write("change", edit.change);
    }
    if (edit.deletesRepeats) {
        write("delete", true, true);
    }
    if (edit.isDeleted) {
        write("delete", true);
    }
}

} // namespace

Result<DataEdits> parseEdits(const QByteArray& lines)
{
    DataEdits edits;
    qsizetype number = 0;
    for (const QByteArray& text : lines.split('\n')) {
        ++number;
        if (text.trimmed().isEmpty()) {
            continue;
        }
        const Result<Value> parsed = contract::parseJson(text.toStdString());
        if (!parsed) {
            return lineError(number, qs(parsed.error().message));
        }
        const Value& line = parsed.value();
        const QString sha256 = qs(line["sha256"].toString());
        if (line["columns"].isObject()) {
            edits.roles = line["columns"];
        } else if (line["encoding"].isString()) {
            edits.encoding = qs(line["encoding"].toString());
        } else if (!sha256.isEmpty() && line["restore"].toBool()) {
            edits.rows.erase(sha256);
        } else if (!sha256.isEmpty() && hasAction(line)) {
            RowEdit& edit = edits.rows[sha256];
            edit.index = line["index"].toInteger(edit.index);
            apply(line, edit);
        } else {
            return lineError(number, EditsText::tr("it says nothing that could be done"));
        }
    }
    return edits;
}

QByteArray writtenEdits(const DataEdits& edits)
{
    QByteArray lines;
    if (!edits.encoding.isEmpty()) {
        const Value line = Value::object({{"encoding", stdString(edits.encoding)}});
        lines += QByteArray::fromStdString(toJson(line)) + '\n';
    }
    if (!edits.roles.toObject().empty()) {
        lines +=
            QByteArray::fromStdString(toJson(Value::object({{"columns", edits.roles}}))) + '\n';
    }
    std::vector<const std::pair<const QString, RowEdit>*> rows;
    for (const auto& row : edits.rows) {
        rows.push_back(&row);
    }
    std::ranges::stable_sort(rows, {}, [](const auto* row) { return row->second.index; });
    for (const auto* row : rows) {
        writeRow(lines, row->first, row->second);
    }
    return lines;
}

QString editsFile(const Paths& paths, const QString& dataPath)
{
    const QString clean = QDir::cleanPath(dataPath);
    const QByteArray hash =
        QCryptographicHash::hash(clean.toUtf8(), QCryptographicHash::Sha256).toHex();
    return paths.edits + QLatin1Char('/') + QFileInfo(clean).completeBaseName() + QLatin1Char('-')
           + QString::fromLatin1(hash.left(kHashDigits)) + QStringLiteral(".jsonl");
}

Result<DataEdits> loadEdits(const QString& path)
{
    QFile file(path);
    if (!file.exists()) {
        return DataEdits();
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{std::string(contract::code::kUnreadable),
                     stdString(EditsText::tr("The edits of this data cannot be read")),
                     stdString(file.errorString()),
                     stdString(path)};
    }
    Result<DataEdits> edits = parseEdits(file.readAll());
    if (!edits) {
        Error error = edits.error();
        error.where = stdString(path);
        return error;
    }
    return edits;
}

Result<void> saveEdits(const QString& file, const DataEdits& edits)
{
    if (edits.isEmpty()) {
        QFile::remove(file);
        return {};
    }
    return writeFileAtomically(file, writtenEdits(edits));
}

} // namespace app::studio
