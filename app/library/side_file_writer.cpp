// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/side_file_writer.h"

#include <QMutexLocker>

namespace app::library {

SideFileWriter::SideFileWriter(QObject* parent) : QObject(parent)
{
    m_pool.setMaxThreadCount(1);
}

SideFileWriter::~SideFileWriter()
{
    flush();
}

void SideFileWriter::write(const QString& folder, const SideFile& content)
{
    {
        const QMutexLocker lock(&m_mutex);
        const bool isWaiting = m_pending.contains(folder);
        m_pending.insert(folder, content);
        if (isWaiting) {
            return;
        }
    }
    m_pool.start([this, folder] {
        SideFile newest;
        {
            const QMutexLocker lock(&m_mutex);
            newest = m_pending.take(folder);
        }
        if (const auto written = writeSideFile(folder, newest); !written) {
            QMetaObject::invokeMethod(
                this,
                [this, folder, error = written.error()] { Q_EMIT failed(folder, error); },
                Qt::QueuedConnection);
        }
    });
}

void SideFileWriter::flush()
{
    m_pool.waitForDone();
}

} // namespace app::library
