// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The column at the right: sampling, evaluation prompts, earlier conversations. Reads and writes
// what is kept in the library; says what was chosen.
#pragma once

#include "app/library/library.h"
#include "ui/pages/playground/talk.h"
#include "ui/widgets/card.h"

namespace ui::pages::playground {

class KeptList;
class SamplingPanel;

class SidePanel : public widgets::Card
{
    Q_OBJECT

public:
    SidePanel(Talk& talk, app::library::Library& library, QWidget* parent = nullptr);

    SamplingPanel& sampling() const { return *m_sampling; }

Q_SIGNALS:
    void promptChosen(const QString& system, const QString& text);

private:
    void showPrompts();
    void showChats();
    void openChat(qint64 row);

    Talk& m_talk;
    app::library::Library& m_library;
    SamplingPanel* m_sampling;
    KeptList* m_prompts;
    KeptList* m_chats;
};

} // namespace ui::pages::playground
