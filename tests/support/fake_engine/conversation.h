// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// The lines of the fake engine: numbered and timed like the real ones, and what comes in on stdin.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <chrono>
#include <optional>
#include <vector>

namespace fake {

// How this engine behaves: FAKE_ENGINE_MODE. Empty and "normal" = as the real one.
//   slow            takes its time with everything
//   silent          says nothing any more after its beginning, and ignores SIGTERM
//   crashing        dies of SIGSEGV in the middle
//   crash_at_start  dies before the first word
//   lying           says `done` although an output is cut short
//   lying_exit      says `done` and exits with 3
//   newer           speaks protocol 99
//   garbage         says nonsense between its lines
//   refusing        answers and ends with an error
QString mode();

// Recorded lines: tests/data/journals/<name>.
QByteArray recording(const QString& name);
bool hasRecording(const QString& name);
std::vector<QJsonObject> recordedLines(const QString& name);

// Writes all bytes to stdout.
void print(const QByteArray& bytes);

class Conversation
{
public:
    // Says the event with the next number and the time of now; returns its line.
    QByteArray say(QJsonObject event);
    // Lines that no engine should say: not UTF-8, no JSON, too long.
    void sayGarbage();
    // The next command, at the latest after the time; nothing when none came or stdin ended.
    std::optional<QJsonObject> listen(std::chrono::milliseconds time);
    bool hasEnded() const { return m_hasEnded; }

private:
    int m_sequence = 0;
    bool m_hasEnded = false;
    QByteArray m_input;
};

} // namespace fake
