// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Writes side files on one thread of its own, in order; for each folder only the newest content
// counts. Owned by the library; what is pending when it goes is written first.
#pragma once

#include "app/library/side_file.h"

#include <QHash>
#include <QMutex>
#include <QObject>
#include <QThreadPool>

namespace app::library {

class SideFileWriter : public QObject
{
    Q_OBJECT

public:
    explicit SideFileWriter(QObject* parent = nullptr);
    ~SideFileWriter() override;

    void write(const QString& folder, const SideFile& content);
    // Waits until everything asked for is on disk. For shutdown and tests.
    void flush();

Q_SIGNALS:
    // GUI thread; the note stays in the database.
    void failed(const QString& folder, const ::engine::contract::Error& error);

private:
    QMutex m_mutex;
    QHash<QString, SideFile> m_pending;
    QThreadPool m_pool;
};

} // namespace app::library
