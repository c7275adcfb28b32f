// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/paths.h"

#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/error_codes.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QStorageInfo>

namespace app {

namespace {

using ::engine::contract::Error;
using ::engine::contract::Result;

constexpr auto kProgramFolder = "lora-studio";

struct PathsText
{
    Q_DECLARE_TR_FUNCTIONS(app::Paths)
};

QString inFolder(QStandardPaths::StandardLocation location, const char* name)
{
    return QStandardPaths::writableLocation(location) + QLatin1Char('/') + QLatin1String(name);
}

// One line: the data folder that the user chose.
QString dataPointer()
{
    return inFolder(QStandardPaths::GenericConfigLocation, kProgramFolder)
           + QStringLiteral("/data_folder");
}

} // namespace

Paths::Paths(const QString& folder) : data(QDir::cleanPath(QFileInfo(folder).absoluteFilePath()))
{
    const auto inside = [this](const char* name) {
        return QString(data + QLatin1Char('/') + QLatin1String(name));
    };
    library = inside("library.db");
    runs = inside("runs");
    adapters = inside("adapters");
    exports = inside("exports");
    scratch = inside("scratch");
    logs = inside("logs");
    drafts = inside("drafts");
    presets = inside("presets");
    edits = inside("edits");
    trash = inside("trash");
    samples = inside("samples");
    settings = inside("settings.ini");
}

Result<void> Paths::create() const
{
    for (const QString& folder :
         {data, runs, adapters, exports, scratch, logs, drafts, presets, edits, trash}) {
        if (!QDir().mkpath(folder) || !QFileInfo(folder).isWritable()) {
            return Error{std::string(::engine::contract::code::kUnreadable),
                         stdString(PathsText::tr("The folder %1 cannot be written to").arg(folder)),
                         stdString(PathsText::tr("Choose another data folder with --data-dir")),
                         stdString(folder)};
        }
    }
    return {};
}

QString Paths::defaultData()
{
    QFile pointer(dataPointer());
    if (pointer.open(QIODevice::ReadOnly)) {
        const QString chosen = QString::fromUtf8(pointer.read(4096)).trimmed();
        if (QDir::isAbsolutePath(chosen)) {
            return chosen;
        }
    }
    return inFolder(QStandardPaths::GenericDataLocation, kProgramFolder);
}

Result<void> Paths::setDefaultData(const QString& folder)
{
    QDir().mkpath(QFileInfo(dataPointer()).absolutePath());
    return writeFileAtomically(dataPointer(), folder.toUtf8() + '\n');
}

QString Paths::engineProgram()
{
    const QString chosen = qEnvironmentVariable("LORA_STUDIO_ENGINE");
    return chosen.isEmpty()
               ? QString(QCoreApplication::applicationDirPath() + QStringLiteral("/lora-engine"))
               : chosen;
}

QString Paths::bundledSamples()
{
    const QString chosen = qEnvironmentVariable("LORA_STUDIO_SAMPLES");
    if (!chosen.isEmpty()) {
        return chosen;
    }
    const QString program = QCoreApplication::applicationDirPath();
    for (const char* relative : {"/../share/lora-studio/samples", "/../../../resources/samples"}) {
        const QString folder = QDir::cleanPath(program + QLatin1String(relative));
        if (QFileInfo::exists(folder + QStringLiteral("/model/config.json"))) {
            return folder;
        }
    }
    return {};
}

DiskSpace diskSpace(const QString& path)
{
    if (path.isEmpty()) {
        return {};
    }
    QString folder = QFileInfo(path).absoluteFilePath();
    while (!QFileInfo::exists(folder) && folder != QLatin1String("/")) {
        folder = QFileInfo(folder).absolutePath();
    }
    const QStorageInfo drive(folder);
    if (!drive.isValid() || !drive.isReady()) {
        return {};
    }
    return {drive.bytesAvailable(), drive.bytesTotal(), true};
}

} // namespace app
