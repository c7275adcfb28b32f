// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "This computer": processor, memory and drive as they are now, and what the engine can use.
// Reads only while it is shown.
#pragma once

#include "ui/page/page.h"
#include "ui/widgets/card.h"

#include <QList>

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::home {

class MeterRow;

class ComputerCard final : public widgets::Card
{
    Q_OBJECT

public:
    explicit ComputerCard(PageContext& context, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void showFacts();
    void showEngine();

    PageContext& m_context;
    MeterRow* m_processor;
    MeterRow* m_memory;
    MeterRow* m_drive;
    widgets::PlainLabel* m_trainsOn;
    widgets::PlainLabel* m_reason;
};

} // namespace ui::pages::home
