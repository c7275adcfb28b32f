// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a person has begun and not finished (the Train form, a prompt), saved while they work so
// that a crash loses nothing. Written in the background, the newest content of each draft last. GUI
// thread only.
#pragma once

#include "engine/contract/value.h"

#include <QMap>
#include <QObject>
#include <QString>

#include <optional>

namespace app {

class Drafts : public QObject
{
    Q_OBJECT

public:
    explicit Drafts(const QString& folder, QObject* parent = nullptr);
    // Writes what is still waiting.
    ~Drafts() override;

    // `name` is a plain file name without its ending: "train".
    void save(const QString& name, const ::engine::contract::Value& content);
    // What was saved last; nothing when there is none or it cannot be read.
    std::optional<::engine::contract::Value> load(const QString& name) const;
    void remove(const QString& name);

Q_SIGNALS:
    // A draft could not be written; `reason` is a sentence.
    void failed(const QString& name, const QString& reason);

private:
    void writeNext();
    QString file(const QString& name) const;
    // What the file holds or is about to hold.
    QByteArray newest(const QString& name) const;

    QString m_folder;
    QMap<QString, QByteArray> m_waiting; // a null array: remove the file
    QString m_writing;                   // the draft that is being written; empty when none is
    QByteArray m_written;                // its content
};

} // namespace app
