// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/draft_command.h"

#include <utility>

namespace ui::pages::train {

DraftCommand::DraftCommand(JobDraft& draft,
                           const QString& text,
                           JobDraft::State before,
                           JobDraft::State after,
                           QString mergeKey,
                           bool continues)
    : QUndoCommand(text), m_draft(draft), m_before(std::move(before)), m_after(std::move(after)),
      m_mergeKey(std::move(mergeKey)), m_continues(continues)
{
}

void DraftCommand::undo()
{
    m_draft.endStep();
    m_draft.setState(m_before);
}

void DraftCommand::redo()
{
    m_draft.setState(m_after);
}

bool DraftCommand::mergeWith(const QUndoCommand* other)
{
    const auto* next = static_cast<const DraftCommand*>(other);
    if (!next->m_continues || next->m_mergeKey.isEmpty() || next->m_mergeKey != m_mergeKey) {
        return false;
    }
    m_after = next->m_after;
    setObsolete(m_after == m_before);
    return true;
}

} // namespace ui::pages::train
