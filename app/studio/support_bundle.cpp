// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/support_bundle.h"

#include "app/base/tar.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "app/studio/studio.h"
#include "engine/contract/run_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSysInfo>

namespace app::studio {

namespace {

// The end of a log is what matters; the whole may be long.
constexpr qint64 kMostOfAFile = 512 * 1024;

QString line(const char* key, const QString& value)
{
    return QLatin1String(key) + QStringLiteral(": ") + value + QLatin1Char('\n');
}

QString engineText(Studio& studio)
{
    const ::engine::contract::Catalog* catalog = studio.engine().catalog();
    if (!catalog) {
        return line("engine", qs(studio.engine().error().message));
    }
    QString text = line("engine", qs(catalog->version));
    text += line("protocol", QString::number(catalog->protocol));
    for (const ::engine::contract::DeviceInfo& device : catalog->devices) {
        text += line("device", qs(device.id) + QStringLiteral(" ") + qs(device.name));
    }
    text +=
        line("cuda", catalog->cuda.available ? QStringLiteral("yes") : qs(catalog->cuda.reason));
    return text;
}

QString factsText(Studio& studio)
{
    const SystemFacts& system = studio.system().facts();
    QString text = line("studio", QCoreApplication::applicationVersion());
    text += line("qt", QString::fromLatin1(qVersion()));
    text += line("made", QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    text += line("system", QSysInfo::prettyProductName());
    text += line("kernel", QSysInfo::kernelVersion());
    text += line("processor", system.processor);
    text += line("threads", QString::number(system.threads));
    text += line("memory bytes", QString::number(system.memoryTotal));
    text += line("free disk bytes", QString::number(system.disk.freeBytes));
    text += line("library",
                 studio.library().isOpen() ? QStringLiteral("open") : QStringLiteral("closed"));
    text += line("runs", QString::number(studio.runs().runs().size()));
    return text + engineText(studio);
}

QByteArray endOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    file.seek(qMax<qint64>(0, file.size() - kMostOfAFile));
    return file.read(kMostOfAFile);
}

QByteArray stripped(const QByteArray& text)
{
    return withoutHome(QString::fromUtf8(text)).toUtf8();
}

} // namespace

SupportFacts supportFacts(Studio& studio, bool withRuns)
{
    SupportFacts facts{
        .text = factsText(studio), .settings = studio.paths().settings, .logs = {}, .jobs = {}};
    const QDir logs(studio.paths().logs, QStringLiteral("*.log"), QDir::Name, QDir::Files);
    for (const QFileInfo& file : logs.entryInfoList()) {
        facts.logs.append(file.filePath());
    }
    if (withRuns) {
        const auto& runs = studio.runs().runs();
        for (size_t index = 0; index < runs.size() && index < size_t(kBundledRuns); ++index) {
            const ::engine::contract::RunFolder folder(fsPath(runs[index].folder));
            facts.jobs.append(qs(folder.job()));
            facts.jobs.append(qs(folder.log()));
        }
    }
    return facts;
}

::engine::contract::Result<void> writeSupportBundle(const SupportFacts& facts, const QString& file)
{
    TarWriter archive;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    archive.add("lora-studio-support/facts.txt", stripped(facts.text.toUtf8()), now);
    archive.add("lora-studio-support/settings.ini", stripped(endOf(facts.settings)), now);
    for (const QString& log : facts.logs) {
        archive.add("lora-studio-support/logs/" + QFileInfo(log).fileName().toLatin1(),
                    stripped(endOf(log)),
                    now);
    }
    int number = 0;
    for (const QString& part : facts.jobs) {
        number += 1;
        archive.add("lora-studio-support/runs/" + QByteArray::number(number) + "-"
                        + QFileInfo(part).fileName().toLatin1(),
                    stripped(endOf(part)),
                    now);
    }
    return writeFileAtomically(file, archive.finish());
}

QString withoutHome(QString text)
{
    const QString home = QDir::homePath();
    return home.size() > 1 ? text.replace(home, QStringLiteral("~")) : text;
}

} // namespace app::studio
