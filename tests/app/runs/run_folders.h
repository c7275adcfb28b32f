// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Run folders for tests, in every state one can be found in.
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace run_folders {

inline QByteArray recording(const QString& name)
{
    QFile file(QString(LORA_SOURCE_DIR) + "/tests/data/journals/" + name);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("no recording %s", qPrintable(file.fileName()));
    }
    return file.readAll();
}

inline void write(const QString& path, const QByteArray& text)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

// A folder with job.json and this journal; no journal when it is empty.
inline QString make(const QString& parent, const QString& name, const QByteArray& journal)
{
    const QString folder = parent + '/' + name;
    write(folder + "/job.json", recording("job.json"));
    if (!journal.isEmpty()) {
        write(folder + "/events.jsonl", journal);
    }
    return folder;
}

// The outputs that `done` of the recording lists, and the manifest over them.
inline void finish(const QString& folder)
{
    const QByteArray last = recording("finished.jsonl").trimmed().split('\n').last();
    QJsonArray files;
    for (const QJsonValue& output : QJsonDocument::fromJson(last).object()["outputs"].toArray()) {
        const QString path = output["path"].toString();
        if (path.contains('/')) {
            write(folder + '/' + path, QByteArray(output["bytes"].toInteger(), 'x'));
            files.append(output);
        }
    }
    write(folder + "/manifest.json", QJsonDocument(QJsonObject{{"files", files}}).toJson());
}

inline void checkpoint(const QString& folder, int step)
{
    const QString path =
        QString("%1/checkpoints/step-%2/").arg(folder).arg(step, 8, 10, QChar('0'));
    for (const char* name : {"adapter.safetensors", "optimizer.safetensors", "state.json"}) {
        write(path + name, "x");
    }
}

} // namespace run_folders
