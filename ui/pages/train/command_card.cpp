// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/command_card.h"

#include "ui/widgets/command_box.h"
#include "ui/widgets/copy_button.h"

#include <QVBoxLayout>

namespace ui::pages::train {

namespace {

constexpr int kMostLines = 40;

} // namespace

CommandCard::CommandCard(QWidget* parent)
    : ClosableCard(tr("The command that trains this"), parent), m_command(new widgets::CommandBox)
{
    m_command->setMaximumLines(kMostLines);
    addHeaderWidget(new widgets::CopyButton([this] { return m_command->text(); }));
    addCloseButton();
    body()->addWidget(m_command);
    body()->addStretch(1);
}

void CommandCard::setCommand(const QString& text)
{
    m_command->setText(text);
}

} // namespace ui::pages::train
