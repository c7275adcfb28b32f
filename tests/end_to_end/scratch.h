// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A folder of its own for a test, and the inputs that runs need: the sample model and small data
// made from the sample's lines.
#pragma once

#include "tests/end_to_end/engine_process.h"

#include <QDir>
#include <QTemporaryDir>

namespace e2e {

inline const QString kSample = LORA_SOURCE_DIR "/resources/samples";
inline const QString kModel = kSample + "/model";

// Inputs that are handed round beside the project and never a part of it.
inline QString shared(const QString& path)
{
    const QString root = qEnvironmentVariable("LORA_SHARED", LORA_SOURCE_DIR "/../shared");
    return QDir(root + "/" + path).canonicalPath().isEmpty() && !QFile::exists(root + "/" + path)
               ? QString()
               : root + "/" + path;
}

inline QByteArray readFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QJsonObject readJson(const QString& path)
{
    return QJsonDocument::fromJson(readFile(path)).object();
}

inline void writeFile(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        qFatal("cannot write %s", qPrintable(path));
    }
    file.write(bytes);
}

class Scratch
{
public:
    QString path(const QString& name = {}) const { return m_folder.filePath(name); }

    // So many conversations of the sample's data set.
    QString data(int rows = 12, const QString& name = "data.jsonl") const
    {
        const QList<QByteArray> lines = readFile(kSample + "/pirate.jsonl").split('\n');
        writeFile(path(name), lines.mid(0, rows).join('\n') + "\n");
        return path(name);
    }

    // A copy of a folder.
    QString copy(const QString& from, const QString& name) const
    {
        QProcess::execute("cp", {"-rL", from, path(name)});
        return path(name);
    }

private:
    QTemporaryDir m_folder;
};

// `train` of a run that takes seconds: six steps, a checkpoint and an evaluation every two.
// `settings` are further key=value, which win.
inline QStringList
tinyTraining(const QString& data, const QString& out, const QStringList& settings = {})
{
    QStringList arguments = {
        "train", "--model", kModel, "--data", data, "--method", "lora", "--out", out, "--threads"};
    arguments << "1";
    for (const QString& setting : QStringList{"training.max_steps=6",
                                              "training.batch_size=2",
                                              "training.save_every=2",
                                              "training.evaluate_every=3",
                                              "training.learning_rate=0.005",
                                              "method.rank=2",
                                              "data.max_length=48",
                                              "data.validation.fraction=0.2"}
                                      + settings) {
        arguments << "--set" << setting;
    }
    return arguments;
}

// The columns of metrics.csv that exact resume promises, without times and memory.
inline QByteArray exactMetrics(const QString& run)
{
    QByteArray columns;
    for (const QByteArray& row : readFile(run + "/metrics.csv").split('\n')) {
        columns += row.split(',').mid(0, 7).join(',') + "\n";
    }
    return columns;
}

// What a run trained: the adapters of the best and of the last step.
inline QByteArray adapters(const QString& run)
{
    return readFile(run + "/output/adapter/adapter_model.safetensors")
           + readFile(run + "/output/last/adapter_model.safetensors");
}

// Every file below a folder with its content, to see that nothing was touched.
inline QMap<QString, QByteArray> snapshot(const QString& folder)
{
    QMap<QString, QByteArray> files;
    const auto filter = QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden;
    for (const QFileInfo& entry : QDir(folder).entryInfoList(filter)) {
        files[entry.fileName()] = entry.isFile() ? readFile(entry.filePath()) : QByteArray();
        if (entry.isDir()) {
            const QMap<QString, QByteArray> inner = snapshot(entry.filePath());
            for (auto file = inner.begin(); file != inner.end(); ++file) {
                files[entry.fileName() + "/" + file.key()] = file.value();
            }
        }
    }
    return files;
}

} // namespace e2e
