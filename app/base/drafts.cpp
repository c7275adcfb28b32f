// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/drafts.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"

#include <QFile>
#include <QThreadPool>

namespace app {

namespace {

::engine::contract::Result<void> put(const QString& file, const QByteArray& content)
{
    if (content.isNull()) {
        QFile::remove(file);
        return {};
    }
    return writeFileAtomically(file, content);
}

} // namespace

Drafts::Drafts(const QString& folder, QObject* parent) : QObject(parent), m_folder(folder)
{
}

Drafts::~Drafts()
{
    if (!m_writing.isEmpty()) {
        QThreadPool::globalInstance()->waitForDone();
    }
    for (auto draft = m_waiting.cbegin(); draft != m_waiting.cend(); ++draft) {
        if (auto written = put(file(draft.key()), draft.value()); !written) {
            qWarning("A draft is lost: %s", written.error().message.c_str());
        }
    }
}

void Drafts::save(const QString& name, const ::engine::contract::Value& content)
{
    m_waiting[name] = QByteArray::fromStdString(::engine::contract::toJson(content));
    writeNext();
}

void Drafts::remove(const QString& name)
{
    m_waiting[name] = QByteArray();
    writeNext();
}

std::optional<::engine::contract::Value> Drafts::load(const QString& name) const
{
    const QByteArray text = newest(name);
    if (text.isNull()) {
        return std::nullopt;
    }
    auto content = ::engine::contract::parseJson(text.toStdString());
    return content ? std::optional(std::move(content).value()) : std::nullopt;
}

void Drafts::writeNext()
{
    if (!m_writing.isEmpty() || m_waiting.isEmpty()) {
        return;
    }
    m_writing = m_waiting.firstKey();
    m_written = m_waiting.take(m_writing);
    runThen(
        this,
        [path = file(m_writing), content = m_written] { return put(path, content); },
        [this](const ::engine::contract::Result<void>& written) {
            const QString name = std::exchange(m_writing, {});
            if (!written) {
                Q_EMIT failed(name, qs(written.error().message));
            }
            writeNext();
        });
}

QByteArray Drafts::newest(const QString& name) const
{
    if (m_waiting.contains(name)) {
        return m_waiting.value(name);
    }
    if (name == m_writing) {
        return m_written;
    }
    QFile in(file(name));
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

QString Drafts::file(const QString& name) const
{
    return m_folder + QLatin1Char('/') + name + QStringLiteral(".json");
}

} // namespace app
