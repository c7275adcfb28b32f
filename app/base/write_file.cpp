// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/write_file.h"

#include "app/base/text.h"
#include "engine/contract/error_codes.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QUuid>

#include <fcntl.h>
#include <unistd.h>

namespace app {

namespace {

using ::engine::contract::Error;
using ::engine::contract::Result;

struct WriteText
{
    Q_DECLARE_TR_FUNCTIONS(app::WriteFile)
};

// A folder that contains itself through a link ends here rather than on a full disk.
constexpr int kDeepestFolder = 32;

Error cannotWrite(const QString& path, const QFileDevice& file)
{
    const bool full = file.error() == QFileDevice::ResourceError;
    return {std::string(full ? ::engine::contract::code::kDiskFull
                             : ::engine::contract::code::kUnreadable),
            stdString(WriteText::tr("%1 cannot be written: %2").arg(path, file.errorString())),
            {},
            stdString(path)};
}

// Without this a power cut may undo the rename.
void syncFolder(const QString& folder)
{
    const int descriptor = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY);
    if (descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

Result<void> copyFile(const QString& source, const QString& target)
{
    constexpr qint64 kBlock = 1 << 20;
    QFile in(source);
    QFile out(target);
    if (!in.open(QIODevice::ReadOnly)) {
        return Error{
            std::string(::engine::contract::code::kUnreadable),
            stdString(WriteText::tr("%1 cannot be read: %2").arg(source, in.errorString())),
            {},
            stdString(source)};
    }
    if (!out.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        return cannotWrite(target, out);
    }
    QByteArray block;
    while (!(block = in.read(kBlock)).isEmpty()) {
        if (out.write(block) != block.size()) {
            return cannotWrite(target, out);
        }
    }
    if (in.error() != QFileDevice::NoError) {
        return Error{
            std::string(::engine::contract::code::kUnreadable),
            stdString(WriteText::tr("%1 cannot be read: %2").arg(source, in.errorString())),
            {},
            stdString(source)};
    }
    if (!out.flush() || ::fsync(out.handle()) != 0) {
        return cannotWrite(target, out);
    }
    return {};
}

Result<void> copyTree(const QString& source, const QString& target, int depth)
{
    if (!QFileInfo(source).isDir()) {
        return copyFile(source, target);
    }
    if (depth > kDeepestFolder) {
        return Error{std::string(::engine::contract::code::kUnreadable),
                     stdString(WriteText::tr("%1 is nested too deeply").arg(source)),
                     stdString(WriteText::tr("Check whether a link leads back to its own folder")),
                     stdString(source)};
    }
    if (!QDir().mkpath(target)) {
        return Error{std::string(::engine::contract::code::kUnreadable),
                     stdString(WriteText::tr("The folder %1 cannot be made").arg(target)),
                     {},
                     stdString(target)};
    }
    const QStringList names =
        QDir(source).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString& name : names) {
        auto copied =
            copyTree(source + QLatin1Char('/') + name, target + QLatin1Char('/') + name, depth + 1);
        if (!copied) {
            return copied;
        }
    }
    syncFolder(target);
    return {};
}

void removeAside(const QString& path)
{
    if (QFileInfo(path).isDir()) {
        QDir(path).removeRecursively();
    } else {
        QFile::remove(path);
    }
}

} // namespace

Result<void> writeFileAtomically(const QString& path, const QByteArray& content)
{
    // QSaveFile syncs the content before it renames.
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()
        || !file.commit()) {
        return cannotWrite(path, file);
    }
    syncFolder(QFileInfo(path).absolutePath());
    return {};
}

Result<void> copyAtomically(const QString& source, const QString& target)
{
    const QFileInfo place(target);
    if (place.exists()) {
        return Error{std::string(::engine::contract::code::kTargetExists),
                     stdString(WriteText::tr("%1 is there already").arg(target)),
                     {},
                     stdString(target)};
    }
    QDir().mkpath(place.absolutePath());
    const QString aside = place.absolutePath() + QStringLiteral("/.") + place.fileName()
                          + QLatin1Char('.') + QUuid::createUuid().toString(QUuid::Id128).left(8);
    auto copied = copyTree(source, aside, 0);
    if (copied && !QFile::rename(aside, target)) {
        copied = Error{std::string(::engine::contract::code::kUnreadable),
                       stdString(WriteText::tr("%1 cannot be put in place").arg(target)),
                       {},
                       stdString(target)};
    }
    if (!copied) {
        removeAside(aside);
        return copied;
    }
    syncFolder(place.absolutePath());
    return {};
}

} // namespace app
