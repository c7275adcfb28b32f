// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A tar archive (POSIX ustar) in memory: what the support bundle is made of. Opens everywhere
// without a library of ours. Any thread.
#pragma once

#include <QByteArray>
#include <QDateTime>

namespace app {

class TarWriter
{
public:
    // `name`: ASCII, at most 99 bytes, "folder/file.txt".
    void add(const QByteArray& name, const QByteArray& content, const QDateTime& changed);
    // The whole archive; nothing can be added afterwards.
    QByteArray finish();

private:
    QByteArray m_archive;
};

} // namespace app
