// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/single_instance.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>

namespace app {

namespace {

constexpr int kAnswerMs = 2000;
constexpr qint64 kLongestMessage = 1 << 20;
const QByteArray kAnswer = "ok\n";

// Short, because the path of a socket is limited to some hundred bytes.
QString socketName(const QString& dataFolder)
{
    const QString canonical = QFileInfo(dataFolder).canonicalFilePath();
    const QByteArray hash = QCryptographicHash::hash(
        (canonical.isEmpty() ? dataFolder : canonical).toUtf8(), QCryptographicHash::Sha256);
    return QStringLiteral("lora-studio-") + QString::fromLatin1(hash.toHex().left(16));
}

} // namespace

SingleInstance::SingleInstance(const QString& dataFolder, QObject* parent)
    : QObject(parent), m_name(socketName(dataFolder)),
      m_lock(dataFolder + QStringLiteral("/studio.lock"))
{
    // A lock whose program is gone is taken over at once, one whose program lives never.
    m_lock.setStaleLockTime(0);
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::listen);
}

SingleInstance::~SingleInstance() = default;

SingleInstance::Role SingleInstance::start(const QStringList& paths)
{
    if (m_lock.tryLock(0)) {
        // We hold the lock, so a socket of that name is what a crashed studio left.
        QLocalServer::removeServer(m_name);
        if (!m_server.listen(m_name)) {
            qWarning("A second start cannot be heard: %ls",
                     qUtf16Printable(m_server.errorString()));
        }
        return Role::First;
    }
    if (m_lock.error() != QLockFile::LockFailedError) {
        return Role::NoAccess;
    }
    return handOver(paths) ? Role::Second : Role::Unheard;
}

void SingleInstance::listen()
{
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        read(socket);
    }
}

void SingleInstance::read(QLocalSocket* socket)
{
    if (!socket->canReadLine()) {
        if (socket->bytesAvailable() > kLongestMessage) {
            socket->abort();
        }
        return;
    }
    const QJsonDocument message = QJsonDocument::fromJson(socket->readLine());
    if (!message.isArray()) {
        socket->abort();
        return;
    }
    socket->write(kAnswer);
    socket->flush();
    socket->disconnectFromServer();
    QStringList paths;
    for (const QJsonValue& path : message.array()) {
        paths.append(path.toString());
    }
    Q_EMIT pathsReceived(paths);
}

bool SingleInstance::handOver(const QStringList& paths) const
{
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(kAnswerMs)) {
        return false;
    }
    QJsonArray absolute;
    for (const QString& path : paths) {
        absolute.append(QFileInfo(path).absoluteFilePath());
    }
    socket.write(QJsonDocument(absolute).toJson(QJsonDocument::Compact) + '\n');
    socket.waitForBytesWritten(kAnswerMs);
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(kAnswerMs)) {
            return false;
        }
    }
    return socket.readLine() == kAnswer;
}

} // namespace app
