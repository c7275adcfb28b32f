// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/hash_file.h"

#include "app/base/text.h"
#include "engine/contract/error_codes.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>

namespace app {

namespace {

constexpr qint64 kBlock = 1 << 20;

struct HashText
{
    Q_DECLARE_TR_FUNCTIONS(app::HashFile)
};

} // namespace

::engine::contract::Result<QString> hashFile(const QString& path,
                                             const std::atomic<bool>* cancelled)
{
    using ::engine::contract::Error;
    QFile file(path);
    const auto unreadable = [&] {
        return Error{std::string(::engine::contract::code::kUnreadable),
                     stdString(HashText::tr("%1 cannot be read: %2").arg(path, file.errorString())),
                     {},
                     stdString(path)};
    };
    if (!file.open(QIODevice::ReadOnly)) {
        return unreadable();
    }
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (QByteArray block = file.read(kBlock); !block.isEmpty(); block = file.read(kBlock)) {
        if (cancelled && *cancelled) {
            return Error{std::string(::engine::contract::code::kStopped),
                         stdString(HashText::tr("Reading %1 was stopped").arg(path)),
                         {},
                         stdString(path)};
        }
        hash.addData(block);
    }
    if (file.error() != QFileDevice::NoError) {
        return unreadable();
    }
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace app
