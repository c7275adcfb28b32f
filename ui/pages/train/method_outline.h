// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a method without targets does, in words, and what it trains of the chosen model. GUI thread
// only.
#pragma once

#include "engine/contract/value.h"

#include <QScrollArea>

namespace engine::contract {
struct CatalogEntry;
}

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::train {

class PartBars;

class MethodOutline : public QScrollArea
{
    Q_OBJECT

public:
    explicit MethodOutline(QWidget* parent = nullptr);

    void setMethod(const engine::contract::CatalogEntry* method);
    // The member "parts" of an estimate; null: not known.
    void setParts(const engine::contract::Value& parts);
    PartBars& bars() const { return *m_bars; }

private:
    widgets::PlainLabel* m_summary;
    widgets::PlainLabel* m_consequence;
    widgets::PlainLabel* m_heading;
    PartBars* m_bars;
    widgets::PlainLabel* m_unknown;
};

} // namespace ui::pages::train
