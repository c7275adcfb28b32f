// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/side_file.h"

#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/error_codes.h"
#include "engine/contract/value.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app::library {

using ::engine::contract::Value;

namespace {

struct SideFileText
{
    Q_DECLARE_TR_FUNCTIONS(app::library::SideFile)
};

constexpr qint64 kLargestBytes = 4 << 20;

} // namespace

bool SideFile::isEmpty() const
{
    return *this == SideFile{};
}

QString sideFilePath(const QString& folder)
{
    return QDir::cleanPath(folder) + QStringLiteral(".studio.json");
}

Result<SideFile> readSideFile(const QString& folder)
{
    QFile file(sideFilePath(folder));
    if (!file.exists()) {
        return SideFile{};
    }
    const auto refuse = [&](const QString& why) {
        return Error{
            std::string(::engine::contract::code::kBadFile),
            stdString(SideFileText::tr("The notes beside %1 cannot be read: %2").arg(folder, why)),
            stdString(SideFileText::tr("Mend or remove the file")),
            stdString(file.fileName())};
    };
    if (file.size() > kLargestBytes) {
        return refuse(SideFileText::tr("the file is too large"));
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return refuse(file.errorString());
    }
    const auto read = ::engine::contract::parseJson(file.readAll().toStdString());
    if (!read) {
        return refuse(qs(read.error().message));
    }
    const Value& value = read.value();
    SideFile side{qs(value["name"].toString()), {}, qs(value["note"].toString()), {}};
    for (const Value& tag : value["tags"].toList()) {
        side.tags.append(qs(tag.toString()));
    }
    if (value["trashed"].isString()) {
        side.trashed = QDateTime::fromString(qs(value["trashed"].toString()), Qt::ISODateWithMs);
    }
    return side;
}

Result<void> writeSideFile(const QString& folder, const SideFile& content)
{
    const QString path = sideFilePath(folder);
    if (content.isEmpty()) {
        QFile::remove(path);
        return {};
    }
    if (!QFileInfo(QFileInfo(path).absolutePath()).isDir()) {
        return {}; // the folder is gone, on a drive that is away perhaps; the database remembers
    }
    Value value = Value::object({{"version", 1}});
    value.set("name", stdString(content.name));
    Value tags = Value::List();
    for (const QString& tag : content.tags) {
        tags.append(stdString(tag));
    }
    value.set("tags", tags);
    value.set("note", stdString(content.note));
    if (content.trashed.isValid()) {
        value.set("trashed", stdString(content.trashed.toUTC().toString(Qt::ISODateWithMs)));
    }
    return writeFileAtomically(path, QByteArray::fromStdString(toJson(value, 2) + "\n"));
}

} // namespace app::library
