// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_engine/conversation.h"
#include "tests/support/fake_engine/fake_engine.h"

#include <QFile>
#include <QJsonDocument>
#include <QThread>

#include <csignal>

namespace fake {

namespace {

using namespace std::chrono_literals;

void answerLarge(Conversation& talk, const QString& scratch, const QString& id)
{
    const QString name = "answer-" + id + ".json";
    QFile file(scratch + '/' + name);
    if (file.open(QIODevice::WriteOnly)) {
        const QByteArray text(2 << 20, 'x');
        file.write("{\"text\":\"" + text + "\"}\n");
    }
    file.close();
    talk.say({{"event", "answer"}, {"id", id}, {"file", name}});
}

// Some questions have an answer of their own for an argument: answers/inspect_data_search.json.
QString recordingOf(const QString& question, const QJsonObject& arguments)
{
    const QString name = "answers/" + QString(question).replace(' ', '_');
    for (const char* argument : {"quality", "search", "edits"}) {
        const QString own = name + '_' + QLatin1String(argument) + ".json";
        if (arguments.contains(QLatin1String(argument)) && hasRecording(own)) {
            return own;
        }
    }
    return name + ".json";
}

void answer(Conversation& talk, const QString& scratch, const QJsonObject& ask)
{
    const QString id = ask["id"].toString();
    const QString question = ask["question"].toString();
    talk.say({{"event", "progress"}, {"id", id}, {"done", 1}, {"total", 2}, {"rows", 3}});
    if (mode() == "reading" && question == "inspect data") {
        return; // for ever
    }
    if (mode() == "refusing") {
        talk.say({{"event", "answer"},
                  {"id", id},
                  {"error",
                   QJsonObject{{"code", "not_found"},
                               {"message", "there is nothing"},
                               {"hint", "Check the path"},
                               {"where", "/samples"}}}});
    } else if (question == "echo") {
        talk.say({{"event", "answer"}, {"id", id}, {"value", ask["arguments"]}});
    } else if (question == "large") {
        answerLarge(talk, scratch, id);
    } else if (question == "outside") {
        talk.say({{"event", "answer"}, {"id", id}, {"file", "../outside.json"}});
    } else if (question != "never") {
        const QString name = recordingOf(question, ask["arguments"].toObject());
        const QJsonObject value = QJsonDocument::fromJson(recording(name)).object();
        talk.say({{"event", "answer"}, {"id", id}, {"value", value}});
    }
}

} // namespace

int serve(const QString& scratch)
{
    Conversation talk;
    if (mode() == "slow") {
        QThread::msleep(300);
    }
    if (mode() == "garbage") {
        talk.sayGarbage();
    }
    QJsonObject hello = recordedLines("hello.jsonl").front();
    if (mode() == "newer") {
        hello["protocol"] = 99;
    }
    talk.say(hello);
    if (mode() == "silent") {
        std::signal(SIGTERM, SIG_IGN);
        for (;;) {
            QThread::msleep(1000);
        }
    }
    while (!talk.hasEnded()) {
        const auto command = talk.listen(50ms);
        if (!command) {
            talk.say({{"event", "alive"}});
        } else if ((*command)["command"] == "ask") {
            if (mode() == "crashing") {
                std::raise(SIGSEGV);
            }
            if (mode() == "garbage") {
                talk.sayGarbage();
            }
            answer(talk, scratch, *command);
        }
    }
    return 0;
}

} // namespace fake
