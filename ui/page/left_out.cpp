// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page/left_out.h"

#include "app/base/engine_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStringList>

namespace ui {

namespace {

constexpr qsizetype kMostLines = 5;

struct LeftOutText
{
    Q_DECLARE_TR_FUNCTIONS(ui::LeftOut)
};

} // namespace

QString reasonOf(const LeftOut& file)
{
    const QString message = app::engineText(file.error.message);
    if (!message.startsWith(file.path)) {
        return message;
    }
    qsizetype at = file.path.size();
    while (at < message.size() && QStringLiteral("/:, ").contains(message[at])) {
        ++at;
    }
    return message.mid(at);
}

QString leftOutLines(const QList<LeftOut>& files)
{
    // The last line says more than how many there are where only one would be left.
    const qsizetype shown = files.size() <= kMostLines ? files.size() : kMostLines - 1;
    QStringList lines;
    for (const LeftOut& file : files.first(shown)) {
        //: A file and why it was not taken
        lines.append(
            LeftOutText::tr("%1: %2").arg(QFileInfo(file.path).fileName(), reasonOf(file)));
    }
    if (shown < files.size()) {
        lines.append(
            LeftOutText::tr("and %n more", nullptr, static_cast<int>(files.size() - shown)));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace ui
