// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Folders as the engine leaves them, small enough to be written by a test, and a library over them.
#pragma once

#include "app/base/text.h"
#include "app/library/library.h"
#include "engine/contract/value.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>
#include <QtEndian>

namespace test_support {

using ::engine::contract::Value;

inline void writeFile(const QString& path, const QByteArray& content)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(content), content.size());
}

inline QByteArray json(const Value& value)
{
    return QByteArray::fromStdString(toJson(value));
}

// A safetensors file with this header and no tensors' bytes.
inline QByteArray safetensors(const QByteArray& header)
{
    QByteArray bytes(8, '\0');
    qToLittleEndian<quint64>(quint64(header.size()), bytes.data());
    return bytes + header;
}

inline Value matrix(int rows, int columns)
{
    return Value::object({{"dtype", "F32"}, {"shape", Value::list(std::vector{rows, columns})}});
}

// A LoRA adapter of one layer: rank 8 on q, `rankOfV` on v. `salt` makes its content its own.
inline void writeAdapter(const QString& folder, const QByteArray& salt = "a", int rankOfV = 8)
{
    writeFile(folder + QStringLiteral("/adapter_config.json"),
              json(Value::object(
                  {{"peft_type", "LORA"}, {"r", 8}, {"base_model_name_or_path", "/models/tiny"}})));
    const Value record = Value::object({{"method", "lora"}, {"base_sha256", "b1"}});
    const Value header = Value::object(
        {{"__metadata__",
          Value::object({{"salt", salt.toStdString()}, {"lora_studio", toJson(record)}})},
         {"m.layers.0.q_proj.lora_A.weight", matrix(8, 4)},
         {"m.layers.0.q_proj.lora_B.weight", matrix(4, 8)},
         {"m.layers.0.v_proj.lora_A.weight", matrix(rankOfV, 4)},
         {"m.layers.0.v_proj.lora_B.weight", matrix(4, rankOfV)}});
    writeFile(folder + QStringLiteral("/adapter_model.safetensors"), safetensors(json(header)));
}

// A line of the journal, without its end.
inline QByteArray eventLine(const char* event, const char* time)
{
    return json(Value::object({{"event", event}, {"time", time}, {"total_steps", 3}}));
}

struct RunOptions
{
    QByteArray id = "run-1";
    QByteArray name = "kestrel";
    QString startFrom = {};
    bool isFinished = true;
    QByteArray lastEvent = eventLine("done", "2026-03-01T14:30:00.000Z");
};

inline void writeRun(const QString& folder, const RunOptions& options = {})
{
    writeFile(
        folder + QStringLiteral("/job.json"),
        json(Value::object(
            {{"version", 1},
             {"id", options.id.toStdString()},
             {"model", Value::object({{"path", "/models/tiny"}})},
             {"data", Value::object({{"path", "/data/pirate.jsonl"}})},
             {"method",
              Value::object({{"id", "lora"}, {"start_from", options.startFrom.toStdString()}})},
             {"output", Value::object({{"name", options.name.toStdString()}})}})));
    writeFile(folder + QStringLiteral("/events.jsonl"),
              eventLine("started", "2026-03-01T14:22:00.000Z") + '\n' + options.lastEvent + '\n');
    writeFile(folder + QStringLiteral("/metrics.csv"),
              "step,epoch,loss,eval_loss,learning_rate,grad_norm,tokens,seconds,tokens_per_second,"
              "memory_bytes\n"
              "1,0.3,3,,0.1,1,100,1,100,7000\n"
              "2,0.6,2,1.25,0.1,1,200,2,100,9000\n"
              "3,1,1.5,1.5,0.1,1,300,4,75,8000\n");
    if (!options.isFinished) {
        return;
    }
    const auto place = [](const char* path, const char* sha256) {
        return Value::object({{"path", path}, {"sha256", sha256}});
    };
    const Value data = Value::object({{"format", "messages"},
                                      {"rows", 60},
                                      {"good", 58},
                                      {"dropped", Value::list(std::vector<int>{7, 9})},
                                      {"columns", Value::list(std::vector{"messages"})}});
    writeFile(
        folder + QStringLiteral("/report.json"),
        json(Value::object({{"parameters", Value::object({{"total", 1000}, {"trainable", 128}})},
                            {"data", data},
                            {"samples", Value::object({{"train", 55}, {"validation", 3}})}})));
    writeFile(folder + QStringLiteral("/manifest.json"),
              json(Value::object({{"version", 1},
                                  {"base", place("/models/tiny", "b1")},
                                  {"data", place("/data/pirate.jsonl", "d1")},
                                  {"device", Value::object({{"name", "Xeon"}})}})));
    writeAdapter(folder + QStringLiteral("/output/adapter"), options.id);
}

// The value itself, for loops over what a call returned.
template <typename T>
T valueOf(app::library::Result<T> result)
{
    return result ? std::move(result).value() : T();
}

inline app::library::BaseModel baseAt(const QString& path, const QString& sha256 = {})
{
    app::library::BaseModel base;
    base.path = path;
    base.sha256 = sha256;
    return base;
}

inline app::library::Dataset dataAt(const QString& path, const QString& sha256 = {})
{
    app::library::Dataset dataset;
    dataset.path = path;
    dataset.sha256 = sha256;
    return dataset;
}

// A library in a folder of its own, which goes with it.
class LibraryFixture
{
public:
    LibraryFixture() { reopen(); }

    QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    app::library::LibraryFolders folders() const
    {
        return {path("library.db"), path("runs"), path("adapters"), path("backups")};
    }
    // Closes and opens it, as another start of the studio does.
    app::library::OpenReport reopen()
    {
        close();
        m_library = std::make_unique<app::library::Library>(folders());
        const auto opened = m_library->open();
        if (!opened) {
            qInfo("%s", opened.error().message.c_str());
        }
        return opened ? opened.value() : app::library::OpenReport();
    }
    void close()
    {
        // What runs in the background holds the file, too.
        QThreadPool::globalInstance()->waitForDone();
        m_library.reset();
    }
    app::library::Library& operator*() { return *m_library; }
    app::library::Library* operator->() { return m_library.get(); }

    // Records a run folder and returns its adapter.
    app::library::Adapter recorded(const QString& folder)
    {
        const auto read = app::library::readRunFolder(folder);
        const auto id =
            read ? m_library->record(read.value()) : app::library::Result<QString>(read.error());
        const auto adapter = id ? m_library->adapters().findById(id.value())
                                : app::library::Result<app::library::Adapter>(id.error());
        return adapter ? adapter.value() : app::library::Adapter();
    }
    // Rebuilds and waits for the end of it; what was refused.
    QStringList rebuild()
    {
        QSignalSpy rebuilt(m_library.get(), &app::library::Library::rebuilt);
        m_library->rebuild();
        return rebuilt.wait() ? rebuilt.front().at(1).toStringList()
                              : QStringList{QStringLiteral("never rebuilt")};
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<app::library::Library> m_library;
};

} // namespace test_support

// Fails the test with the error's own words.
#define VERIFY_OK(result)                                                                          \
    do {                                                                                           \
        const auto& outcome = (result);                                                            \
        QVERIFY2(outcome.ok(), outcome.ok() ? "" : outcome.error().message.c_str());               \
    } while (false)

// The same inside work that itself returns a Result.
#define VERIFY_INNER(result)                                                                       \
    do {                                                                                           \
        if (const auto& inner = (result); !inner) {                                                \
            return inner.error();                                                                  \
        }                                                                                          \
    } while (false)
