// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_engine/conversation.h"

#include <QDateTime>
#include <QFile>
#include <QJsonDocument>

#include <array>
#include <poll.h>
#include <unistd.h>

namespace fake {

QString mode()
{
    return qEnvironmentVariable("FAKE_ENGINE_MODE");
}

QByteArray recording(const QString& name)
{
    QFile file(QString::fromUtf8(LORA_JOURNALS) + '/' + name);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("no recording %s", qPrintable(file.fileName()));
    }
    return file.readAll();
}

bool hasRecording(const QString& name)
{
    return QFile::exists(QString::fromUtf8(LORA_JOURNALS) + '/' + name);
}

std::vector<QJsonObject> recordedLines(const QString& name)
{
    std::vector<QJsonObject> lines;
    for (const QByteArray& line : recording(name).trimmed().split('\n')) {
        lines.push_back(QJsonDocument::fromJson(line).object());
    }
    return lines;
}

void print(const QByteArray& bytes)
{
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t count = ::write(
            STDOUT_FILENO, bytes.data() + done, static_cast<std::size_t>(bytes.size() - done));
        if (count <= 0) {
            return; // nobody listens any more, which is no reason to end
        }
        done += count;
    }
}

QByteArray Conversation::say(QJsonObject event)
{
    event["seq"] = ++m_sequence;
    event["time"] = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
    // QJsonObject sorts its keys; the kind comes first as the engine writes it.
    const QByteArray kind = event.take("event").toString().toUtf8();
    const QByteArray rest = QJsonDocument(event).toJson(QJsonDocument::Compact);
    const QByteArray line = "{\"event\":\"" + kind + "\"," + rest.mid(1) + '\n';
    print(line);
    return line;
}

void Conversation::sayGarbage()
{
    print("not JSON at all\n{\"event\":\n[]\n\xff\xfe\xfa\n");
    print(QByteArray(3 << 20, 'x') + '\n');
    say({{"event", "of_a_later_version"}, {"surprise", true}});
}

std::optional<QJsonObject> Conversation::listen(std::chrono::milliseconds time)
{
    pollfd input{m_hasEnded ? -1 : STDIN_FILENO, POLLIN, 0};
    if (!m_input.contains('\n') && ::poll(&input, 1, static_cast<int>(time.count())) > 0) {
        std::array<char, 65536> bytes;
        const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count > 0) {
            m_input.append(bytes.data(), count);
        } else {
            m_hasEnded = true;
        }
    }
    const qsizetype end = m_input.indexOf('\n');
    if (end < 0) {
        return std::nullopt;
    }
    const QByteArray line = m_input.left(end);
    m_input.remove(0, end + 1);
    return QJsonDocument::fromJson(line).object();
}

} // namespace fake
