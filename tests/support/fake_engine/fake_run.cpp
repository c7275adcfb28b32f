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
#include <fcntl.h>
#include <sys/file.h>

namespace fake {

namespace {

using namespace std::chrono_literals;

constexpr int kStopped = 6;

void writeFile(const QString& path, qint64 bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.resize(bytes);
    }
}

class Replay
{
public:
    Replay(const QString& folder, bool resumes)
        : m_folder(folder), m_journal(folder + "/events.jsonl"),
          m_control(folder + "/control.jsonl"), m_resumes(resumes)
    {
    }

    int play()
    {
        QJsonObject hello = recordedLines("hello.jsonl").front();
        hello["protocol"] = mode() == "newer" ? 99 : 1;
        m_talk.say(hello);
        const int lock = ::open(QFile::encodeName(m_folder + "/lock"), O_RDWR | O_CREAT, 0600);
        if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
            m_talk.say({{"event", "failed"}, {"code", "run_busy"}, {"message", "busy"}});
            return 3;
        }
        m_journal.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered);
        if (m_control.open(QIODevice::ReadWrite)) {
            m_control.seek(m_control.size());
        }
        return replay(recordedLines(mode() == "refusing" ? "failed.jsonl" : "finished.jsonl"));
    }

private:
    int replay(const std::vector<QJsonObject>& events)
    {
        const int from = m_resumes ? lastCheckpoint() : 0;
        for (QJsonObject event : events) {
            const QString kind = event["event"].toString();
            const int step = event["step"].toInt();
            if (kind == "started") {
                event["run"] = m_folder;
                event["id"] = "fake";
            } else if (step > 0 && step <= from) {
                continue;
            } else if (kind == "checkpoint") {
                writeCheckpoint(event["path"].toString());
            } else if (kind == "done") {
                writeOutputs(event["outputs"].toArray());
            }
            journal(event);
            if (kind == "phase" && m_resumes && event["name"] == "loading_model") {
                journal({{"event", "resumed"}, {"from_step", from}});
            }
            if (kind == "step" && !goOnAfter(step)) {
                return kStopped;
            }
            if (kind == "failed") {
                return 3;
            }
        }
        return mode() == "lying_exit" ? 3 : 0;
    }

    void journal(const QJsonObject& event) { m_journal.write(m_talk.say(event)); }

    // What may happen between two steps.
    bool goOnAfter(int step)
    {
        if (mode() == "crashing" && step == 6) {
            std::raise(SIGSEGV);
        }
        if (mode() == "garbage") {
            m_talk.sayGarbage();
        }
        if (mode() == "silent" && step == 2) {
            std::signal(SIGTERM, SIG_IGN);
            for (;;) {
                QThread::msleep(1000);
            }
        }
        obey(m_talk.listen(mode() == "slow" ? 60ms : 1ms));
        while (m_isPaused && !m_stops) {
            obey(m_talk.listen(20ms));
            m_talk.say({{"event", "alive"}});
        }
        if (m_talk.hasEnded() && !m_isDetached) {
            m_stops = true;
        }
        if (m_stops) {
            const QString path = QString("checkpoints/step-%1").arg(step, 8, 10, QChar('0'));
            writeCheckpoint(path);
            journal({{"event", "checkpoint"}, {"step", step}, {"path", path}});
            journal({{"event", "failed"}, {"code", "stopped"}, {"message", "stopped on request"}});
        }
        return !m_stops;
    }

    void obey(std::optional<QJsonObject> command)
    {
        if (!command && m_control.bytesAvailable() > 0) {
            command = QJsonDocument::fromJson(m_control.readLine()).object();
        }
        const QString kind = command ? (*command)["command"].toString() : QString();
        if (kind == "stop") {
            m_talk.say({{"event", "stopping"}});
            m_stops = true;
        } else if (kind == "pause" || kind == "resume") {
            m_isPaused = kind == "pause";
            journal({{"event", "phase"}, {"name", m_isPaused ? "paused" : "training"}});
        } else if (kind == "detach") {
            m_isDetached = true;
        }
    }

    void writeCheckpoint(const QString& path)
    {
        for (const char* name : {"adapter.safetensors", "optimizer.safetensors", "state.json"}) {
            writeFile(m_folder + '/' + path + '/' + name, 8);
        }
    }

    int lastCheckpoint() const
    {
        const QStringList names = QDir(m_folder + "/checkpoints").entryList({"step-*"}, QDir::Dirs);
        return names.isEmpty() ? 0 : names.last().mid(5).toInt();
    }

    void writeOutputs(const QJsonArray& outputs)
    {
        for (const QJsonValue& output : outputs) {
            const QString path = output["path"].toString();
            // The recorded sizes of job.json and metrics.csv are those of another folder.
            if (!path.contains('/')) {
                continue;
            }
            writeFile(m_folder + '/' + path, output["bytes"].toInteger());
        }
        if (mode() == "lying") {
            QFile::resize(m_folder + "/output/adapter/adapter_model.safetensors", 10);
        }
        QJsonArray files;
        for (const QJsonValue& output : outputs) {
            if (output["path"].toString().contains('/')) {
                files.append(output);
            }
        }
        QFile manifest(m_folder + "/manifest.json");
        manifest.open(QIODevice::WriteOnly);
        manifest.write(
            QJsonDocument(QJsonObject{{"version", 1}, {"id", "fake"}, {"files", files}}).toJson());
    }

    QString m_folder;
    Conversation m_talk;
    QFile m_journal;
    QFile m_control;
    bool m_resumes;
    bool m_stops = false;
    bool m_isPaused = false;
    bool m_isDetached = false;
};

} // namespace

int run(const QString& folder, bool resumes)
{
    return Replay(folder, resumes).play();
}

} // namespace fake
