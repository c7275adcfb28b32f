// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/new_run.h"

#include "app/base/text.h"
#include "app/base/write_file.h"
#include "app/engine/catalog_access.h"
#include "engine/contract/job.h"
#include "engine/contract/run_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include <chrono>

namespace app::runs {

namespace {

namespace contract = ::engine::contract;
using contract::Value;
using engine::setValueAt;
using engine::valueAt;

constexpr int kMostFoldersASecond = 1000;

std::string absolute(const std::string& path)
{
    return path.empty() ? path : stdString(QDir::cleanPath(QFileInfo(qs(path)).absoluteFilePath()));
}

void makeAbsolute(Value& job, std::string_view key)
{
    if (valueAt(job, key).isString()) {
        setValueAt(job, key, absolute(valueAt(job, key).toString()));
    }
}

// A template is one of a few names, or the path of a file.
void makeTemplateAbsolute(Value& object, std::string_view key)
{
    const std::string text = valueAt(object, key).toString();
    if (QFileInfo(qs(text)).isFile()) {
        setValueAt(object, key, absolute(text));
    }
}

// Of a list of objects.
template <typename Change>
void changeEach(Value& job, std::string_view key, Change change)
{
    Value changed = Value::List();
    for (Value entry : valueAt(job, key).toList()) {
        change(entry);
        changed.append(std::move(entry));
    }
    if (!changed.toList().empty()) {
        setValueAt(job, key, std::move(changed));
    }
}

std::string defaultName(const Value& job)
{
    const QString base = QFileInfo(qs(valueAt(job, "model.path").toString())).fileName();
    std::string name =
        stdString(base % QLatin1Char('-') % qs(valueAt(job, "method.id").toString()));
    if (const int64_t rank = valueAt(job, "method.rank").toInteger(); rank > 0) {
        name += "-r" + std::to_string(rank);
    }
    return contract::isOutputName(name) ? name : "adapter";
}

// Edits go on after the start; the run and its resumption keep those it began with.
contract::Result<void>
keepFile(const QString& folder, Value& object, std::string_view key, const QString& name)
{
    const QString edits = qs(valueAt(object, key).toString());
    if (edits.isEmpty()) {
        return {};
    }
    const QString kept = folder + u'/' + name;
    setValueAt(object, key, stdString(kept));
    return QFileInfo::exists(kept) ? contract::Result<void>() : copyAtomically(edits, kept);
}

contract::Result<void> keepEdits(const QString& folder, Value& job)
{
    contract::Result<void> kept =
        keepFile(folder, job, "data.edits", QStringLiteral("edits.jsonl"));
    int number = 0;
    changeEach(job, "data.mix", [&](Value& source) {
        const QString name = QStringLiteral("edits-%1.jsonl").arg(++number);
        if (kept) {
            kept = keepFile(folder, source, "edits", name);
        }
    });
    return kept;
}

} // namespace

Value preparedJob(const contract::Catalog* catalog, Value job)
{
    if (catalog) {
        job = engine::completedJob(*catalog, job);
    }
    if (valueAt(job, "id").toString().empty()) {
        job.set("id", stdString(QUuid::createUuid().toString(QUuid::WithoutBraces)));
    }
    for (const char* key :
         {"model.path", "data.path", "data.edits", "data.validation.path", "method.start_from"}) {
        makeAbsolute(job, key);
    }
    makeTemplateAbsolute(job, "data.template");
    changeEach(job, "model.adapters", [](Value& adapter) { makeAbsolute(adapter, "path"); });
    changeEach(job, "data.mix", [](Value& source) {
        makeAbsolute(source, "path");
        makeAbsolute(source, "edits");
        makeTemplateAbsolute(source, "template");
    });
    if (valueAt(job, "output.name").toString().empty()) {
        setValueAt(job, "output.name", defaultName(job));
    }
    return job;
}

contract::Result<QString> makeRunFolder(const QString& runsFolder, const Value& job)
{
    const QString name = qs(contract::runFolderName(std::chrono::system_clock::now(),
                                                    valueAt(job, "output.name").toString()));
    const QDir runs(runsFolder);
    if (QDir().mkpath(runsFolder)) {
        for (int number = 1; number <= kMostFoldersASecond; ++number) {
            const QString unique =
                number == 1 ? name : QString(name % QLatin1Char('-') % QString::number(number));
            if (runs.mkdir(unique)) {
                return runs.absoluteFilePath(unique);
            }
            if (!runs.exists(unique)) {
                break;
            }
        }
    }
    return contract::Error{std::string(contract::code::kUnreadable),
                           "no folder can be made in " + stdString(runsFolder),
                           "Check that the folder may be written to and the drive is not full",
                           stdString(runsFolder)};
}

contract::Result<void> writeJob(const QString& folder, const Value& given)
{
    Value job = given;
    if (auto kept = keepEdits(folder, job); !kept) {
        return kept;
    }
    return writeFileAtomically(qs(contract::RunFolder(fsPath(folder)).job()),
                               QByteArray::fromStdString(toJson(job, 2) + "\n"));
}

} // namespace app::runs
