// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The end of what a program wrote to stderr: a ring of lines in memory, and the same in a file when
// one is set. Bounded, whatever the program writes.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QStringList>

#include <deque>

namespace app::engine {

class LogTail
{
public:
    static constexpr int kLines = 400;
    static constexpr int kLineBytes = 4096;         // longer lines are cut
    static constexpr qint64 kFileBytes = 4'000'000; // a larger file is set aside as <name>.1

    void setFile(const QString& path);
    void add(const QByteArray& bytes);
    // The last lines, oldest first, joined by line feeds.
    QString last(int lines) const;

private:
    void takeLine(QByteArray line);

    std::deque<QByteArray> m_lines;
    QByteArray m_torn;
    QFile m_file;
};

} // namespace app::engine
