// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// An adapter that saw its base packed, merged into the original weights and into those it saw: how
// much each differs from the adapter on the packed base, side by side. GUI thread only.
#pragma once

#include "engine/contract/value.h"
#include "ui/widgets/card.h"

class QStandardItemModel;

namespace ui::widgets {
class PlainLabel;
class TableView;
} // namespace ui::widgets

namespace ui::pages::exporting {

class MergeComparison final : public widgets::Card
{
    Q_OBJECT

public:
    explicit MergeComparison(QWidget* parent = nullptr);

    // `comparison` of an export's answer; hidden where there is none.
    void setComparison(const engine::contract::Value& comparison);
    widgets::TableView* table() const { return m_table; }

private:
    QStandardItemModel* m_model;
    widgets::TableView* m_table;
    widgets::PlainLabel* m_words;
};

} // namespace ui::pages::exporting
