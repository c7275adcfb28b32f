// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the tests of data files share: temporary files, the shared inputs, and errors as values.
#pragma once

#include "engine/data/dataset.h"
#include "engine/device/failure.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTemporaryDir>

#include <string>

namespace data_test {

// The folder of shared test inputs; it need not exist.
inline QString sharedPath(const QString& name)
{
    const QString root =
        qEnvironmentVariable("LORA_SHARED", QStringLiteral(LORA_SOURCE_DIR "/../shared"));
    return root + QStringLiteral("/data/") + name;
}

inline std::string write(const QTemporaryDir& folder, const char* name, const QByteArray& bytes)
{
    QFile file(folder.filePath(QString::fromUtf8(name)));
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    Q_ASSERT_X(isWritten, "write", name);
    return isWritten ? file.fileName().toStdString() : std::string();
}

// The error of an action, all members empty when it succeeds.
template <typename Action>
engine::Error errorOf(Action action)
{
    try {
        action();
    } catch (const engine::Failure& failure) {
        return failure.error();
    }
    return {};
}

inline engine::Error loadError(const std::string& path,
                               const engine::data::LoadSettings& settings = {})
{
    return errorOf([&] { engine::data::loadDataset(path, settings); });
}

// The dropped line numbers, and the codes of the notices, for comparison: "3 5 6".
inline std::string droppedLines(const engine::data::Dataset& dataset)
{
    std::string lines;
    for (const engine::data::Problem& problem : dataset.dropped) {
        lines += lines.empty() ? "" : " ";
        lines += std::to_string(problem.line);
    }
    return lines;
}

inline const engine::data::Problem* noticeOf(const engine::data::Dataset& dataset,
                                             const std::string& code)
{
    for (const engine::data::Problem& notice : dataset.notices) {
        if (notice.code == code) {
            return &notice;
        }
    }
    return nullptr;
}

inline std::string turnsText(const std::vector<engine::contract::Turn>& turns)
{
    std::string all;
    for (const engine::contract::Turn& turn : turns) {
        all += all.empty() ? "" : " | ";
        all += turn.trained ? "" : "[";
        all += turn.role + ": " + turn.content;
        all += turn.input.empty() ? std::string() : " + " + turn.input;
        all += turn.trained ? "" : "]";
    }
    return all;
}

// "user: Hi | assistant: Hello", an untrained turn in brackets, an Alpaca input after " + ", a
// second text after " & ", a rejected answer after " / ", a label after " = ".
inline std::string rendered(const engine::data::Record& record)
{
    std::string all = record.isText ? "text: " + record.text : turnsText(record.conversation.turns);
    all += record.textPair.empty() ? "" : " & " + record.textPair;
    all += record.rejected.empty() ? "" : " / " + turnsText(record.rejected);
    all += record.label.isNull() ? "" : " = " + engine::contract::toJson(record.label);
    return all;
}

} // namespace data_test
