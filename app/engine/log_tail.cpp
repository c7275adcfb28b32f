// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/log_tail.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace app::engine {

void LogTail::setFile(const QString& path)
{
    m_file.close();
    m_file.setFileName(path);
    QDir().mkpath(QFileInfo(path).path());
    if (m_file.size() > kFileBytes) {
        const QString aside = path + QLatin1String(".1");
        QFile::remove(aside);
        QFile::rename(path, aside);
    }
    // A log that cannot be written is no reason not to work; the ring still has the end of it.
    static_cast<void>(m_file.open(QIODevice::WriteOnly | QIODevice::Append));
}

void LogTail::add(const QByteArray& bytes)
{
    if (m_file.isOpen()) {
        m_file.write(bytes);
        m_file.flush();
    }
    qsizetype begin = 0;
    for (qsizetype end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', begin)) {
        takeLine(m_torn + bytes.mid(begin, end - begin));
        m_torn.clear();
        begin = end + 1;
    }
    m_torn += bytes.mid(begin, kLineBytes - std::min<qsizetype>(m_torn.size(), kLineBytes));
}

QString LogTail::last(int lines) const
{
    QStringList texts;
    const auto count = static_cast<qsizetype>(m_lines.size());
    for (qsizetype i = std::max<qsizetype>(0, count - lines); i < count; ++i) {
        texts.append(QString::fromUtf8(m_lines[static_cast<std::size_t>(i)]));
    }
    if (!m_torn.isEmpty()) {
        texts.append(QString::fromUtf8(m_torn));
    }
    return texts.mid(std::max<qsizetype>(0, texts.size() - lines)).join(u'\n');
}

void LogTail::takeLine(QByteArray line)
{
    line.truncate(kLineBytes);
    m_lines.push_back(std::move(line));
    if (m_lines.size() > kLines) {
        m_lines.pop_front();
    }
}

} // namespace app::engine
