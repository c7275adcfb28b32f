// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A card that lies over the middle column until it is closed: by its button or with Escape.
#pragma once

#include "ui/widgets/card.h"

namespace ui::pages::train {

class ClosableCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit ClosableCard(const QString& title, QWidget* parent = nullptr);

protected:
    // After the card's own header widgets.
    void addCloseButton();

Q_SIGNALS:
    void closeRequested();
};

} // namespace ui::pages::train
