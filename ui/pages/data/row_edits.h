// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The edits of the data file that is shown: every change is a step of one undo stack and is kept at
// once in the file of edits; the data file itself is never written. GUI thread only.
#pragma once

#include "app/studio/data_edits.h"

#include <QObject>
#include <QUndoStack>

#include <optional>

namespace ui::pages::data {

// A row as edits name it.
struct RowName
{
    QString sha256;
    qint64 index = -1; // in the file, from 0
};

class RowEdits final : public QObject
{
    Q_OBJECT

public:
    explicit RowEdits(QObject* parent = nullptr);
    // Waits for nothing: what was to be written is written.
    ~RowEdits() override;

    // Reads the file of edits; loaded() follows, or failed(). The undo stack starts empty.
    void setFile(const QString& file);
    bool isLoaded() const { return m_isLoaded; }
    // The file as the engine may read it now; empty while there are no edits in it.
    QString writtenFile() const { return m_hasFile ? m_file : QString(); }

    const app::studio::DataEdits& edits() const { return m_edits; }
    // Null where the row is as in the file.
    const app::studio::RowEdit* find(const QString& sha256) const;
    int changedRows() const;
    int deletedRows() const;
    QUndoStack& undoStack() { return m_undo; }

    // Sets members of a row; null or an empty object: the row is the file's again.
    void change(const RowName& row, const engine::contract::Value& members);
    // Another text for a row that cannot be used; nothing: it is the file's again. `words` name the
    // step.
    void setText(const RowName& row, const std::optional<QString>& text, const QString& words);
    void setDeleted(const QList<RowName>& rows, bool isDeleted);
    // Of rows that are equal all but the first are left out.
    void deleteRepeats(const QList<RowName>& rows);
    void setRoles(const engine::contract::Value& roles);

Q_SIGNALS:
    void loaded();
    // What is to be done with the rows is other now; the file follows.
    void changed();
    // The file says what edits() says: answers of the engine follow them from now on.
    void written();
    void failed(const ::engine::contract::Error& error);

private:
    friend class EditCommand;
    using RowStates = std::map<QString, app::studio::RowEdit>; // empty edit: none

    void push(const QString& text, const RowStates& after);
    void apply(const RowStates& states);
    void setRolesNow(const engine::contract::Value& roles);
    void write();

    QString m_file;
    app::studio::DataEdits m_edits;
    QUndoStack m_undo;
    bool m_isLoaded = false;
    bool m_hasFile = false;
    bool m_isWriting = false;
    bool m_isStale = false; // the file says less than edits()
    int m_generation = 0;   // answers of an earlier file are dropped
};

} // namespace ui::pages::data
