// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "All settings" of the draft, each section filled in its turn. GUI thread only.
#pragma once

#include "engine/contract/result.h"
#include "ui/pages/train/closable_card.h"

namespace ui {
class Dialogs;
}

namespace ui::forms {
class SettingsPanel;
}

namespace ui::pages::train {

class JobDraft;

class SettingsCard : public ClosableCard
{
    Q_OBJECT

public:
    SettingsCard(JobDraft& draft, Dialogs& dialogs, QWidget* parent = nullptr);

    // Number of fields.
    qsizetype count() const { return m_count; }
    // Empties the search and puts the cursor into it.
    void search();
    // Puts a refusal beside the field that it names; false when that is not here.
    bool setError(const QString& where, const engine::contract::Error& error);
    void clearErrors();
    bool hasField(const QString& path) const;
    void reveal(const QString& path);

Q_SIGNALS:
    void countChanged();

private:
    void connectForm();
    void fill();
    void showValues();

    JobDraft& m_draft;
    Dialogs& m_dialogs;
    forms::SettingsPanel* m_panel;
    qsizetype m_count = 0;
};

} // namespace ui::pages::train
