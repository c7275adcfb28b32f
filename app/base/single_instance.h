// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One studio per data folder: the first holds a lock and listens; a second hands its paths over and
// ends. GUI thread only.
#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <QStringList>

namespace app {

class SingleInstance : public QObject
{
    Q_OBJECT

public:
    enum class Role {
        First,    // this program owns the folder now
        Second,   // another one does, and took the paths: end
        Unheard,  // another one does, but does not answer
        NoAccess, // the folder cannot be written to
    };

    explicit SingleInstance(const QString& dataFolder, QObject* parent = nullptr);
    ~SingleInstance() override;

    // Takes the folder, or hands `paths` (made absolute) to the one that has it. Waits for an
    // answer at most two seconds; call it before the event loop.
    Role start(const QStringList& paths);

Q_SIGNALS:
    // A second start: open these, and come to the front even when there are none.
    void pathsReceived(const QStringList& paths);

private:
    void listen();
    void read(QLocalSocket* socket);
    bool handOver(const QStringList& paths) const;

    QString m_name;
    QLockFile m_lock;
    QLocalServer m_server;
};

} // namespace app
