// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The studio's log: every Qt message with time, level and thread in logs/studio.log, which is
// rotated at the start and when it grows. Any thread.
#pragma once

#include <QFile>
#include <QMutex>
#include <QString>
#include <QtGlobal>

namespace app {

class Log
{
public:
    static constexpr qint64 kMaximumBytes = 2 * 1024 * 1024; // of one file
    static constexpr int kKept = 4;                          // studio.log, studio.1.log, …

    // Takes over Qt's messages until destroyed; they still go to stderr too. One at a time. A
    // folder that cannot be written leaves stderr alone.
    explicit Log(const QString& folder, qint64 maximumBytes = kMaximumBytes);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    QString file() const;
    // The last `bytes` of the log, cut at a line's start.
    static QString tail(const QString& file, qint64 bytes);

private:
    static void handle(QtMsgType type, const QMessageLogContext& context, const QString& text);
    void write(QtMsgType type, const QMessageLogContext& context, const QString& text);
    void rotate();
    QString name(int index) const;

    QMutex m_mutex;
    QString m_folder;
    qint64 m_maximumBytes;
    QFile m_file;
    QtMessageHandler m_previous = nullptr;
};

} // namespace app
