// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/export_plan.h"

#include "ui/pages/export/export_size.h"

#include <QDir>
#include <QRegularExpression>

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;

namespace {

QString quoted(const QString& word)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9_@%+=:,./-]+$"_s);
    if (plain.match(word).hasMatch()) {
        return word;
    }
    QString escaped = word;
    escaped.replace(u'\'', u"'\\''"_s);
    return u'\'' + escaped + u'\'';
}

} // namespace

QString targetOf(const ExportPlan& plan, const QString& format)
{
    return QDir(plan.folder).filePath(format);
}

QStringList verbArguments(const ExportPlan& plan, const QString& format)
{
    // The scale is always written: a path may itself end in a colon and a number.
    const QString adapter = plan.adapterPath + u':' + QString::number(plan.scale, 'g', 15);
    QStringList arguments{u"export"_s,
                          u"--format"_s,
                          format,
                          u"--model"_s,
                          plan.basePath,
                          u"--adapter"_s,
                          adapter,
                          u"--out"_s,
                          targetOf(plan, format)};
    if (plan.rank > 0) {
        arguments << u"--rank"_s << QString::number(plan.rank);
    }
    if (!plan.dtype.isEmpty()) {
        arguments << u"--dtype"_s << plan.dtype;
    }
    if (!plan.mergeBase.isEmpty() && holdsTheModel(format)) {
        arguments << u"--base"_s << plan.mergeBase;
    }
    if (plan.shardBytes > 0) {
        arguments << u"--shard-size"_s << QString::number(plan.shardBytes);
    }
    return arguments;
}

QString shellLine(const QString& program, const QStringList& arguments)
{
    QStringList words{quoted(program)};
    for (const QString& argument : arguments) {
        words.append(quoted(argument));
    }
    return words.join(u' ');
}

QString shellCommands(const QString& program, const ExportPlan& plan)
{
    QStringList commands;
    for (const QString& format : plan.formats) {
        // An option a line, each in the options' own order: names and values stay together.
        const QStringList arguments = verbArguments(plan, format);
        QStringList lines{shellLine(program, {arguments.first()})};
        for (qsizetype i = 1; i + 1 < arguments.size(); i += 2) {
            lines.append(u"  "_s + arguments[i] + u' ' + quoted(arguments[i + 1]));
        }
        commands.append(lines.join(u" \\\n"_s));
    }
    return commands.join(u'\n');
}

} // namespace ui::pages::exporting
