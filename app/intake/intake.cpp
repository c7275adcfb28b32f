// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/intake/intake.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/run_folder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace app::intake {

namespace {

using ::engine::contract::Error;
using ::engine::contract::Result;
using ::engine::contract::Value;

constexpr qint64 kLargestJob = 4 << 20;

qint64 bytesOf(const QString& path)
{
    const QFileInfo facts(path);
    if (!facts.isDir()) {
        return facts.size();
    }
    qint64 bytes = 0;
    for (const QFileInfo& file : QDir(path).entryInfoList(QDir::Files)) {
        bytes += file.size();
    }
    return bytes;
}

// An engine holds the lock of its run folder as long as it works there.
bool isEngineAtWork(const QString& folder)
{
    const std::string lock = ::engine::contract::RunFolder(fsPath(folder)).lock().string();
    const int descriptor = ::open(lock.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    const bool isFree = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
    ::close(descriptor);
    return !isFree;
}

bool isInside(const QString& folder, const QString& parent)
{
    return QFileInfo(QFileInfo(folder).absolutePath()).canonicalFilePath()
           == QFileInfo(parent).canonicalFilePath();
}

} // namespace

Intake::Intake(library::Library& library,
               engine::EngineService& engine,
               QString runsFolder,
               QObject* parent)
    : QObject(parent), m_library(library), m_engine(engine), m_runsFolder(std::move(runsFolder))
{
}

void Intake::add(const QStringList& paths)
{
    runThen(
        this,
        [paths] { return classify(paths); },
        [this](const Dropped& dropped) {
            for (const DroppedItem& item : dropped.items) {
                addItem(item);
            }
        });
}

void Intake::offer(const QStringList& paths)
{
    runThen(
        this,
        [paths] { return classify(paths); },
        [this](const Dropped& dropped) {
            QStringList data;
            for (const DroppedItem& item : dropped.items) {
                if (item.kind == Kind::Data) {
                    data.append(item.path);
                } else {
                    addItem(item);
                }
            }
            if (!data.isEmpty()) {
                Q_EMIT dataOffered(data);
            }
        });
}

void Intake::addItem(const DroppedItem& item)
{
    if (item.kind != Kind::Unknown) {
        m_toBeShown.append(item.path);
    }
    switch (item.kind) {
    case Kind::Model:
        return addModel(item.path);
    case Kind::Data:
        return addData(item.path);
    case Kind::Adapter:
        return addAdapter(item.path);
    case Kind::Job:
        return addJob(item.path);
    case Kind::Run:
        return addRun(item.path);
    case Kind::Unknown:
        break;
    }
    Q_EMIT failed(item.path,
                  Error{std::string(::engine::contract::code::kUnsupported),
                        stdString(item.reason),
                        {},
                        stdString(item.path)});
}

void Intake::addModel(const QString& folder)
{
    begin(folder);
    m_engine.ask(QStringLiteral("inspect model"),
                 Value::object({{"model", stdString(folder)}}),
                 this,
                 [this, folder](const Result<Value>& answer) {
                     if (answer) {
                         recordModel(folder, answer.value());
                     } else {
                         fail(folder, answer.error());
                     }
                 });
}

void Intake::recordModel(const QString& folder, const Value& facts)
{
    library::BaseModel model;
    model.name = modelName(folder);
    model.path = folder;
    model.family = qs(facts["family"].toString());
    const std::string& packed = facts["quantization"]["kind"].toString();
    model.dtype = qs(packed.empty() ? facts["dtype"].toString() : packed);
    model.parameters = facts["parameters"]["total"].toInteger();
    model.bytes = facts["parameters"]["bytes"].toInteger();
    model.context = facts["context"].toInteger();
    model.vocabulary = facts["vocabulary"].toInteger();
    model.problems = qint64(facts["problems"].toList().size());
    model.hasChatTemplate = !facts["chat_template"].toString().empty();
    const auto row = m_library.baseModels().save(model);
    if (!row) {
        fail(folder, row.error());
        return;
    }
    // What was thrown away and is added again is wanted again.
    if (const auto saved = m_library.baseModels().find(row.value());
        saved && saved.value().trashed.isValid()) {
        (void)m_library.baseModels().restore(row.value());
    }
    finish(Kind::Model, folder, folder);
}

void Intake::addData(const QString& path, const DataReading& reading)
{
    begin(path);
    Value question = Value::object({{"data", stdString(path)}});
    if (!reading.format.isEmpty()) {
        question.set("format", stdString(reading.format));
    }
    if (!reading.encoding.isEmpty()) {
        question.set("encoding", stdString(reading.encoding));
    }
    for (const auto& [column, role] : reading.columns.toObject()) {
        Value map = question["map"];
        map.append(column + "=" + role.toString());
        question.set("map", map);
    }
    m_engine.ask(QStringLiteral("inspect data"),
                 std::move(question),
                 this,
                 [this, path, reading](const Result<Value>& answer) {
                     if (answer) {
                         recordData(path, reading, answer.value());
                     } else {
                         fail(path, answer.error());
                     }
                 });
}

void Intake::recordData(const QString& path, const DataReading& reading, const Value& facts)
{
    runThen(
        this,
        [path] { return bytesOf(path); },
        [this, path, reading, facts](qint64 bytes) { saveData(path, reading, facts, bytes); });
}

void Intake::saveData(const QString& path,
                      const DataReading& reading,
                      const Value& facts,
                      qint64 bytes)
{
    library::Dataset dataset;
    dataset.sha256 = qs(facts["sha256"].toString());
    dataset.name = QFileInfo(path).fileName();
    dataset.path = path;
    // A known data set's id says more than the format its rows have.
    dataset.format = reading.format.isEmpty() ? qs(facts["format"].toString()) : reading.format;
    dataset.isFormatChosen = !reading.format.isEmpty();
    for (const Value& column : facts["columns"].toList()) {
        dataset.columns.append(
            qs(column.isString() ? column.toString() : column["name"].toString()));
    }
    dataset.rows = facts["rows"].toInteger();
    dataset.good = facts["good"].toInteger();
    dataset.dropped = qint64(facts["dropped"].toList().size());
    dataset.bytes = bytes;
    const auto row = m_library.datasets().save(dataset);
    if (!row) {
        fail(path, row.error());
        return;
    }
    if (const auto saved = m_library.datasets().find(row.value());
        saved && saved.value().trashed.isValid()) {
        (void)m_library.datasets().restore(row.value());
    }
    finish(Kind::Data, path, path);
}

void Intake::addAdapter(const QString& folder)
{
    begin(folder);
    m_engine.ask(QStringLiteral("inspect adapter"),
                 Value::object({{"adapter", stdString(folder)}}),
                 this,
                 [this, folder](const Result<Value>& answer) {
                     if (!answer) {
                         fail(folder, answer.error());
                         return;
                     }
                     m_library.importAdapter(
                         folder, answer.value(), [this, folder](Result<QString> id) {
                             if (id) {
                                 finish(Kind::Adapter, folder, id.value());
                             } else {
                                 fail(folder, id.error());
                             }
                         });
                 });
}

void Intake::addJob(const QString& file)
{
    begin(file);
    runThen(
        this,
        [file]() -> Result<void> {
            QFile in(file);
            if (!in.open(QIODevice::ReadOnly) || in.size() > kLargestJob) {
                return Error{std::string(::engine::contract::code::kUnreadable),
                             stdString(tr("The job cannot be read")),
                             {},
                             stdString(file)};
            }
            auto job = ::engine::contract::parseJson(in.readAll().toStdString());
            if (!job) {
                return job.error();
            }
            if (!job.value()["model"].isObject()) {
                return Error{std::string(::engine::contract::code::kBadFile),
                             stdString(tr("This is no job: it names no model")),
                             {},
                             stdString(file)};
            }
            return {};
        },
        [this, file](const Result<void>& read) {
            if (read) {
                finish(Kind::Job, file, file);
            } else {
                fail(file, read.error());
            }
        });
}

void Intake::addRun(const QString& folder)
{
    begin(folder);
    const QString target = m_runsFolder + QLatin1Char('/') + QFileInfo(folder).fileName();
    runThen(
        this,
        [folder, target, runs = m_runsFolder]() -> Result<QString> {
            if (isInside(folder, runs)) {
                return folder;
            }
            if (isEngineAtWork(folder)) {
                return Error{std::string(::engine::contract::code::kRunBusy),
                             stdString(tr("An engine still works on this run")),
                             stdString(tr("Bring it in when it has ended")),
                             stdString(folder)};
            }
            auto copied = copyAtomically(folder, target);
            if (!copied) {
                return copied.error();
            }
            return target;
        },
        [this, folder](const Result<QString>& place) {
            if (!place) {
                fail(folder, place.error());
                return;
            }
            m_library.recordRun(place.value(),
                                [this, folder, place = place.value()](const Result<QString>& id) {
                                    if (id) {
                                        finish(Kind::Run, folder, place);
                                    } else {
                                        fail(folder, id.error());
                                    }
                                });
        });
}

void Intake::addModelsBelow(const QString& root)
{
    begin(root);
    runThen(
        this,
        [root] { return findModelFolders(root); },
        [this, root](const QStringList& found) {
            m_pending.removeOne(root);
            Q_EMIT pendingChanged();
            Q_EMIT searched(root, int(found.size()));
            for (const QString& folder : found) {
                addModel(folder);
            }
        });
}

void Intake::begin(const QString& path)
{
    m_pending.append(path);
    Q_EMIT pendingChanged();
}

void Intake::finish(Kind kind, const QString& path, const QString& item)
{
    m_pending.removeOne(path);
    Q_EMIT pendingChanged();
    Q_EMIT added(kind, item);
    if (m_toBeShown.removeOne(path)) {
        Q_EMIT opened(kind, item);
    }
}

void Intake::fail(const QString& path, const Error& error)
{
    m_pending.removeOne(path);
    m_toBeShown.removeOne(path);
    Q_EMIT pendingChanged();
    Q_EMIT failed(path, error);
}

} // namespace app::intake
