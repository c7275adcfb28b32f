// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/job_file.h"

#include "app/base/text.h"
#include "app/engine/catalog_access.h"
#include "engine/contract/error_codes.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace ui::pages::train {

namespace {

using app::qs;
using app::stdString;
using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;

constexpr qint64 kLargestFile = 4 * 1024 * 1024;

Error refusal(std::string_view code, const QString& message, const QString& path)
{
    return {std::string(code), stdString(message), {}, stdString(path)};
}

} // namespace

Result<Value> readJobFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return refusal(engine::contract::code::kUnreadable, file.errorString(), path);
    }
    if (file.size() > kLargestFile) {
        return refusal(
            engine::contract::code::kBadFile,
            QCoreApplication::translate("ui::pages::train", "The file is too large for a job"),
            path);
    }
    Result<Value> job = engine::contract::parseJson(file.readAll().toStdString());
    if (!job) {
        return job;
    }
    Value value = std::move(job).value();
    if (!value.isObject()) {
        return refusal(engine::contract::code::kBadFile,
                       QCoreApplication::translate("ui::pages::train", "The file holds no job"),
                       path);
    }
    const QDir folder = QFileInfo(path).absoluteDir();
    for (const char* key :
         {"model.path", "data.path", "data.validation.path", "method.start_from"}) {
        const QString given = qs(app::engine::valueAt(value, key).toString());
        if (!given.isEmpty()) {
            app::engine::setValueAt(
                value, key, stdString(QDir::cleanPath(folder.absoluteFilePath(given))));
        }
    }
    Value mix = Value::List();
    for (Value source : app::engine::valueAt(value, "data.mix").toList()) {
        for (const char* key : {"path", "edits"}) {
            const QString given = qs(source[key].toString());
            if (!given.isEmpty()) {
                source.set(key, stdString(QDir::cleanPath(folder.absoluteFilePath(given))));
            }
        }
        mix.append(std::move(source));
    }
    if (!mix.toList().empty()) {
        app::engine::setValueAt(value, "data.mix", std::move(mix));
    }
    return value;
}

} // namespace ui::pages::train
