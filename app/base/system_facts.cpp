// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/system_facts.h"

#include "app/base/task.h"

#include <QFile>
#include <QSysInfo>
#include <QThread>

namespace app {

namespace {

struct Reading
{
    SystemFacts facts;
    int64_t busyTicks = 0;
    int64_t allTicks = 0;
};

QByteArray readAll(const char* path)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// Of "MemTotal:  16384 kB": bytes.
int64_t kilobytesOf(const QByteArray& text, const char* name)
{
    for (const QByteArray& line : text.split('\n')) {
        if (line.startsWith(name)) {
            return line.mid(line.indexOf(':') + 1).simplified().split(' ').value(0).toLongLong()
                   * 1024;
        }
    }
    return 0;
}

QString processorName(const QByteArray& text)
{
    for (const QByteArray& line : text.split('\n')) {
        if (line.startsWith("model name")) {
            return QString::fromUtf8(line.mid(line.indexOf(':') + 1)).simplified();
        }
    }
    return {};
}

void readMemory(SystemFacts& facts)
{
    const QByteArray text = readAll("/proc/meminfo");
    facts.memoryTotal = kilobytesOf(text, "MemTotal:");
    facts.memoryUsed = facts.memoryTotal - kilobytesOf(text, "MemAvailable:");
    // In a container the machine's numbers promise what a run will not get.
    bool isLimited = false;
    const int64_t limit = readAll("/sys/fs/cgroup/memory.max").trimmed().toLongLong(&isLimited);
    if (isLimited && limit > 0 && limit < facts.memoryTotal) {
        const QByteArray statistics = readAll("/sys/fs/cgroup/memory.stat");
        int64_t cache = 0;
        for (const QByteArray& line : statistics.split('\n')) {
            if (line.startsWith("inactive_file ")) {
                cache = line.mid(line.indexOf(' ') + 1).toLongLong();
            }
        }
        facts.memoryTotal = limit;
        facts.memoryUsed = qMax<int64_t>(
            0, readAll("/sys/fs/cgroup/memory.current").trimmed().toLongLong() - cache);
    }
}

// The first line of /proc/stat: user nice system idle iowait irq softirq steal …
void readTicks(Reading& reading)
{
    const QList<QByteArray> ticks =
        readAll("/proc/stat").split('\n').value(0).simplified().split(' ');
    constexpr qsizetype kFirst = 1;
    constexpr qsizetype kIdle = 4;
    constexpr qsizetype kWaiting = 5;
    constexpr qsizetype kSteal = 8;
    for (qsizetype index = kFirst; index <= kSteal && index < ticks.size(); ++index) {
        const int64_t count = ticks[index].toLongLong();
        reading.allTicks += count;
        reading.busyTicks += index == kIdle || index == kWaiting ? 0 : count;
    }
}

Reading readSystem(const QString& dataFolder)
{
    Reading reading;
    SystemFacts& facts = reading.facts;
    facts.processor = processorName(readAll("/proc/cpuinfo"));
    facts.threads = QThread::idealThreadCount();
    facts.system = QSysInfo::prettyProductName() + QStringLiteral(", ") + QSysInfo::kernelType()
                   + QLatin1Char(' ') + QSysInfo::kernelVersion();
    readMemory(facts);
    readTicks(reading);
    facts.disk = diskSpace(dataFolder);
    return reading;
}

} // namespace

SystemMonitor::SystemMonitor(const QString& dataFolder, QObject* parent)
    : QObject(parent), m_dataFolder(dataFolder)
{
    m_timer.setInterval(kIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &SystemMonitor::refresh);
}

void SystemMonitor::watch(QObject* watcher)
{
    if (m_watchers.contains(watcher)) {
        return;
    }
    m_watchers.append(watcher);
    connect(watcher, &QObject::destroyed, this, [this, watcher] { unwatch(watcher); });
    m_timer.start();
    refresh();
}

void SystemMonitor::unwatch(QObject* watcher)
{
    m_watchers.removeAll(watcher);
    disconnect(watcher, &QObject::destroyed, this, nullptr);
    if (m_watchers.isEmpty()) {
        m_timer.stop();
    }
}

void SystemMonitor::refresh()
{
    // A dead network drive may hold a reading for minutes: never a second one beside it.
    if (m_isReading) {
        return;
    }
    m_isReading = true;
    runThen(
        this,
        [folder = m_dataFolder] { return readSystem(folder); },
        [this](const Reading& reading) {
            m_isReading = false;
            m_facts = reading.facts;
            const int64_t all = reading.allTicks - m_allTicks;
            if (m_allTicks > 0 && all > 0) {
                m_facts.load = double(reading.busyTicks - m_busyTicks) / double(all);
            }
            m_allTicks = reading.allTicks;
            m_busyTicks = reading.busyTicks;
            m_isKnown = true;
            Q_EMIT changed();
        });
}

} // namespace app
