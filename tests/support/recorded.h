// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What the real engine answered once: tests/data/<name>.json.
#pragma once

#include "engine/contract/value.h"

#include <QFile>
#include <QTest>

namespace test_support {

inline engine::contract::Value recorded(const QString& name)
{
    QFile file(QStringLiteral(LORA_SOURCE_DIR "/tests/data/%1.json").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("cannot read %s", qPrintable(file.fileName()));
    }
    engine::contract::Result<engine::contract::Value> parsed =
        engine::contract::parseJson(file.readAll().toStdString());
    if (!parsed) {
        qFatal("%s: %s", qPrintable(file.fileName()), parsed.error().message.c_str());
    }
    return std::move(parsed).value();
}

} // namespace test_support
