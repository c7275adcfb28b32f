// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// This computer as it is now: processor, memory, the drive of the data folder. Read from the system
// in the background every few seconds, only while somebody looks. GUI thread only.
#pragma once

#include "app/base/paths.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <cstdint>

namespace app {

struct SystemFacts
{
    QString processor;       // "Intel(R) Xeon(R) Processor"; empty where the system does not say
    int threads = 0;         // this program may use
    double load = -1;        // share of all threads since the reading before; -1 = not known yet
    int64_t memoryTotal = 0; // bytes; a container's limit where there is one
    int64_t memoryUsed = 0;  // what cannot be given to a new program
    DiskSpace disk;
    QString system; // "Debian GNU/Linux 12, kernel 6.1.0"
};

class SystemMonitor : public QObject
{
    Q_OBJECT

public:
    static constexpr int kIntervalMs = 3000;

    explicit SystemMonitor(const QString& dataFolder, QObject* parent = nullptr);

    // Nothing is known before the first changed().
    const SystemFacts& facts() const { return m_facts; }
    bool isKnown() const { return m_isKnown; }
    // Each watcher counts; reading stops with the last one (or with its destruction).
    void watch(QObject* watcher);
    void unwatch(QObject* watcher);
    bool isWatched() const { return m_timer.isActive(); }
    // One reading, whoever watches.
    void refresh();

Q_SIGNALS:
    void changed();

private:
    QString m_dataFolder;
    SystemFacts m_facts;
    bool m_isKnown = false;
    bool m_isReading = false;
    int64_t m_busyTicks = 0; // of the reading before
    int64_t m_allTicks = 0;
    QList<QObject*> m_watchers;
    QTimer m_timer;
};

} // namespace app
