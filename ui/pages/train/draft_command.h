// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One step of the draft's undo stack: the state before and after it.
#pragma once

#include "ui/pages/train/job_draft.h"

#include <QUndoCommand>

namespace ui::pages::train {

class DraftCommand : public QUndoCommand
{
public:
    // `continues`: joins the step before it when that has the same key, so that a number typed
    // digit by digit is one step.
    DraftCommand(JobDraft& draft,
                 const QString& text,
                 JobDraft::State before,
                 JobDraft::State after,
                 QString mergeKey,
                 bool continues);

    void undo() override;
    void redo() override;
    int id() const override { return 1; }
    bool mergeWith(const QUndoCommand* other) override;

private:
    JobDraft& m_draft;
    JobDraft::State m_before;
    JobDraft::State m_after;
    QString m_mergeKey;
    bool m_continues;
};

} // namespace ui::pages::train
