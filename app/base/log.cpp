// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/log.h"

#include <QDateTime>
#include <QMutexLocker>
#include <QThread>

#include <atomic>

namespace app {

namespace {

// Qt's handler is a plain function, so what it writes to has to be reachable from everywhere.
std::atomic<Log*> g_current = nullptr;

const char* levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "fatal";
    }
    return "";
}

} // namespace

Log::Log(const QString& folder, qint64 maximumBytes)
    : m_folder(folder), m_maximumBytes(maximumBytes)
{
    m_file.setFileName(name(0));
    if (m_file.exists() && m_file.size() > 0) {
        rotate();
    } else {
        m_file.open(QIODevice::Append);
    }
    g_current = this;
    m_previous = qInstallMessageHandler(&Log::handle);
}

Log::~Log()
{
    qInstallMessageHandler(m_previous);
    g_current = nullptr;
}

QString Log::file() const
{
    return name(0);
}

QString Log::tail(const QString& file, qint64 bytes)
{
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly)) {
        return {};
    }
    const qint64 start = qMax<qint64>(0, in.size() - bytes);
    in.seek(start);
    QByteArray text = in.read(bytes);
    if (start > 0) {
        text.remove(0, text.indexOf('\n') + 1);
    }
    return QString::fromUtf8(text);
}

void Log::handle(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    if (Log* log = g_current) {
        log->write(type, context, text);
        if (log->m_previous) {
            log->m_previous(type, context, text);
        }
    }
}

void Log::write(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    const QString category = QLatin1String(context.category ? context.category : "default");
    QString flat = text;
    // One message, one line: what a file or a model says cannot forge another.
    flat.replace(QLatin1Char('\n'), QStringLiteral("\n    "));
    const QString line = QStringLiteral("%1 %2 %3 %4\n")
                             .arg(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs),
                                  QLatin1String(levelName(type)),
                                  category,
                                  flat);
    const QMutexLocker lock(&m_mutex);
    if (!m_file.isOpen()) {
        return;
    }
    if (m_file.size() > m_maximumBytes) {
        rotate();
    }
    m_file.write(line.toUtf8());
    m_file.flush();
}

void Log::rotate()
{
    m_file.close();
    QFile::remove(name(kKept - 1));
    for (int index = kKept - 2; index >= 0; --index) {
        QFile::rename(name(index), name(index + 1));
    }
    m_file.open(QIODevice::Append);
}

QString Log::name(int index) const
{
    return m_folder
           + (index == 0 ? QStringLiteral("/studio.log")
                         : QStringLiteral("/studio.%1.log").arg(index));
}

} // namespace app
