// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share: reference.json, model folders made from it, the shared test
// inputs.
#pragma once

#include "engine/contract/conversation.h"
#include "engine/text/tokenizer.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace fixture {

using engine::contract::Conversation;
using engine::contract::Turn;
using engine::contract::Value;

inline QByteArray bytesOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline Value json(const QByteArray& text)
{
    auto parsed = engine::contract::parseJson({text.constData(), static_cast<size_t>(text.size())});
    return parsed ? std::move(parsed).value() : Value();
}

// What make_reference.py wrote.
inline const Value& reference()
{
    static const Value value = json(bytesOf(LORA_SOURCE_DIR "/tests/engine/text/reference.json"));
    return value;
}

inline QString shared(const QString& path)
{
    return QDir(qEnvironmentVariable("LORA_SHARED", QStringLiteral(LORA_SOURCE_DIR "/../shared")))
        .filePath(path);
}

// A model folder with the reference's byte tokenizer: one token per byte, the usual special tokens,
// <s> in front.
class ModelFolder
{
public:
    explicit ModelFolder(const Value& tokenizerConfig = Value::object({{"bos_token", "<s>"},
                                                                       {"eos_token", "</s>"}}))
    {
        write("tokenizer.json", engine::contract::toJson(reference()["byte_tokenizer"]));
        write("tokenizer_config.json", engine::contract::toJson(tokenizerConfig));
    }

    void write(const QString& name, const std::string& content)
    {
        QDir(m_folder.path()).mkpath(QFileInfo(m_folder.filePath(name)).path());
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly)) {
            qFatal("%s cannot be written", qPrintable(file.fileName()));
        }
        file.write(content.data(), static_cast<qint64>(content.size()));
    }

    std::string path() const { return m_folder.path().toStdString(); }
    engine::text::Tokenizer tokenizer() const { return engine::text::Tokenizer::load(path()); }

private:
    QTemporaryDir m_folder;
};

inline Turn turn(const std::string& role, const std::string& content, const std::string& input = {})
{
    return {role, content, input, true, {}};
}

} // namespace fixture
