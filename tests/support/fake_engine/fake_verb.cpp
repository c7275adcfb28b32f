// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_engine/conversation.h"
#include "tests/support/fake_engine/fake_engine.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QThread>

#include <csignal>
#include <cstdio>

namespace fake {

namespace {

void writeFiles(const QString& folder, const QJsonObject& answer)
{
    QDir().mkpath(folder);
    for (const QJsonValue& value : answer["files"].toArray()) {
        QFile file(folder + '/' + value["path"].toString());
        if (file.open(QIODevice::WriteOnly)) {
            file.resize(value["bytes"].toInteger());
        }
    }
}

} // namespace

int verb(const QStringList& arguments)
{
    Conversation talk;
    const int steps = mode() == "slow" ? 1000 : 4;
    for (int done = 0; done < steps; ++done) {
        talk.say({{"event", "progress"}, {"id", "exporting"}, {"done", done}, {"total", steps}});
        QThread::msleep(mode() == "slow" ? 50 : 2);
        if (mode() == "crashing" && done == 2) {
            std::raise(SIGSEGV);
        }
    }
    if (mode() == "garbage") {
        talk.sayGarbage();
    }
    if (mode() == "refusing") {
        print(
            "{\"error\":{\"code\":\"target_exists\",\"message\":\"/exports/pirate exists already\","
            "\"hint\":\"Choose another name\",\"where\":\"/exports/pirate\"}}\n");
        std::fprintf(stderr, "error: target_exists: /exports/pirate exists already\n");
        return 2;
    }
    QString name = arguments.value(0);
    if (name == "inspect") { // of several words
        name += '_' + arguments.value(1);
    }
    const QJsonObject answer =
        QJsonDocument::fromJson(recording("answers/" + name + ".json")).object();
    const qsizetype out = arguments.indexOf("--out");
    if (out >= 0) {
        writeFiles(arguments.value(out + 1), answer);
    }
    print(QJsonDocument(answer).toJson(QJsonDocument::Compact) + '\n');
    return mode() == "lying_exit" ? 3 : 0;
}

} // namespace fake
