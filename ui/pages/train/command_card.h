// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "The command that trains this", to be copied into a shell.
#pragma once

#include "ui/pages/train/closable_card.h"

namespace ui::widgets {
class CommandBox;
}

namespace ui::pages::train {

class CommandCard : public ClosableCard
{
    Q_OBJECT

public:
    explicit CommandCard(QWidget* parent = nullptr);

    void setCommand(const QString& text);

private:
    widgets::CommandBox* m_command;
};

} // namespace ui::pages::train
