// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/row_edits.h"

#include "app/base/task.h"

#include <QFileInfo>
#include <QUndoCommand>

#include <algorithm>

namespace ui::pages::data {

namespace {

using app::studio::DataEdits;
using app::studio::RowEdit;
using engine::contract::Result;
using engine::contract::Value;

} // namespace

class EditCommand final : public QUndoCommand
{
public:
    using States = RowEdits::RowStates;

    EditCommand(RowEdits& edits, const QString& text, States before, States after)
        : QUndoCommand(text), m_edits(edits), m_before(std::move(before)), m_after(std::move(after))
    {
    }

    void undo() override { m_edits.apply(m_before); }
    void redo() override { m_edits.apply(m_after); }

private:
    RowEdits& m_edits;
    States m_before;
    States m_after;
};

class RolesCommand final : public QUndoCommand
{
public:
    using Set = std::function<void(const Value& roles)>;

    RolesCommand(Set set, const QString& text, Value before, Value after)
        : QUndoCommand(text), m_set(std::move(set)), m_before(std::move(before)),
          m_after(std::move(after))
    {
    }

    void undo() override { m_set(m_before); }
    void redo() override { m_set(m_after); }

private:
    Set m_set;
    Value m_before;
    Value m_after;
};

RowEdits::RowEdits(QObject* parent) : QObject(parent)
{
}

RowEdits::~RowEdits()
{
    if (m_isStale) {
        (void)app::studio::saveEdits(m_file, m_edits);
    }
}

void RowEdits::setFile(const QString& file)
{
    if (m_isStale) {
        (void)app::studio::saveEdits(m_file, m_edits);
    }
    ++m_generation;
    m_file = file;
    m_edits = {};
    m_undo.clear();
    m_isLoaded = false;
    m_isWriting = false;
    m_isStale = false;
    m_hasFile = false;
    app::runThen(
        this,
        [file] { return app::studio::loadEdits(file); },
        [this, generation = m_generation](const Result<DataEdits>& read) {
            if (generation != m_generation) {
                return;
            }
            if (!read.ok()) {
                Q_EMIT failed(read.error());
                return;
            }
            m_edits = read.value();
            m_hasFile = !m_edits.isEmpty();
            m_isLoaded = true;
            Q_EMIT loaded();
        });
}

const RowEdit* RowEdits::find(const QString& sha256) const
{
    const auto found = m_edits.rows.find(sha256);
    return found == m_edits.rows.end() ? nullptr : &found->second;
}

int RowEdits::changedRows() const
{
    return static_cast<int>(std::ranges::count_if(m_edits.rows, [](const auto& row) {
        return row.second.isChanged() && !row.second.isDeleted;
    }));
}

int RowEdits::deletedRows() const
{
    return static_cast<int>(std::ranges::count_if(m_edits.rows, [](const auto& row) {
        return row.second.isDeleted || row.second.deletesRepeats;
    }));
}

void RowEdits::change(const RowName& row, const Value& members)
{
    const RowEdit* known = find(row.sha256);
    RowEdit edit = known != nullptr ? *known : RowEdit();
    edit.index = row.index;
    edit.isDeleted = false;
    edit.text.reset(); // members are those of the file's row
    if (members.toObject().empty()) {
        edit.change = {};
        edit.replacement = {};
    } else {
        edit.change = members;
    }
    push(tr("Change of row %1").arg(row.index + 1), {{row.sha256, edit}});
}

void RowEdits::setText(const RowName& row, const std::optional<QString>& text, const QString& words)
{
    const RowEdit* known = find(row.sha256);
    RowEdit edit = known != nullptr ? *known : RowEdit();
    edit.index = row.index;
    edit.isDeleted = false;
    edit.text = text;
    edit.change = {};
    edit.replacement = {};
    push(words, {{row.sha256, edit}});
}

void RowEdits::setDeleted(const QList<RowName>& rows, bool isDeleted)
{
    RowStates after;
    for (const RowName& row : rows) {
        const RowEdit* known = find(row.sha256);
        RowEdit edit = known != nullptr ? *known : RowEdit();
        edit.index = row.index;
        edit.isDeleted = isDeleted;
        edit.deletesRepeats = edit.deletesRepeats && isDeleted;
        after[row.sha256] = edit;
    }
    const int count = static_cast<int>(rows.size());
    push(isDeleted ? tr("Deletion of %n row(s)", nullptr, count)
                   : tr("Return of %n row(s)", nullptr, count),
         after);
}

void RowEdits::deleteRepeats(const QList<RowName>& rows)
{
    RowStates after;
    for (const RowName& row : rows) {
        const RowEdit* known = find(row.sha256);
        RowEdit edit = known != nullptr ? *known : RowEdit();
        edit.index = row.index;
        edit.deletesRepeats = true;
        after[row.sha256] = edit;
    }
    push(tr("Deletion of the copies of %n row(s)", nullptr, static_cast<int>(rows.size())), after);
}

void RowEdits::setRoles(const Value& roles)
{
    if (m_isLoaded && roles != m_edits.roles) {
        m_undo.push(new RolesCommand([this](const Value& wanted) { setRolesNow(wanted); },
                                     tr("Roles of the columns"),
                                     m_edits.roles,
                                     roles));
    }
}

void RowEdits::push(const QString& text, const RowStates& after)
{
    if (!m_isLoaded) {
        return;
    }
    RowStates before;
    for (const auto& [sha256, edit] : after) {
        const RowEdit* known = find(sha256);
        before[sha256] = known != nullptr ? *known : RowEdit();
    }
    if (before != after) {
        m_undo.push(new EditCommand(*this, text, std::move(before), after)); // calls redo()
    }
}

void RowEdits::apply(const RowStates& states)
{
    for (const auto& [sha256, edit] : states) {
        if (edit.isEmpty()) {
            m_edits.rows.erase(sha256);
        } else {
            m_edits.rows[sha256] = edit;
        }
    }
    Q_EMIT changed();
    write();
}

void RowEdits::setRolesNow(const Value& roles)
{
    m_edits.roles = roles;
    Q_EMIT changed();
    write();
}

void RowEdits::write()
{
    m_isStale = true;
    if (m_isWriting) {
        return;
    }
    m_isWriting = true;
    m_isStale = false;
    app::runThen(
        this,
        [file = m_file, edits = m_edits] { return app::studio::saveEdits(file, edits); },
        [this, generation = m_generation, hasEdits = !m_edits.isEmpty()](
            const Result<void>& saved) {
            if (generation != m_generation) {
                return;
            }
            m_isWriting = false;
            if (!saved.ok()) {
                Q_EMIT failed(saved.error());
            } else if (m_isStale) {
                write();
            } else {
                m_hasFile = hasEdits;
                Q_EMIT written();
            }
        });
}

} // namespace ui::pages::data
