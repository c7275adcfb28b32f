// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The files that are trained together, one below the other: name, rows, weight, and a way to leave
// it out; nothing while there is only one. GUI thread only.
#pragma once

#include "engine/contract/value.h"

#include <QWidget>

class QGridLayout;

namespace ui::pages::train {

class MixTable final : public QWidget
{
    Q_OBJECT

public:
    explicit MixTable(QWidget* parent = nullptr);

    // `sources`: as data.mix holds them. `facts`: `sources` of `inspect data`, empty while unknown.
    void setSources(const engine::contract::Value& sources, const engine::contract::Value& facts);

Q_SIGNALS:
    // By the place of the source.
    void weightChosen(int source, double weight);
    void weightCommitted();
    void removed(int source);

private:
    void addHeader();
    void addRow(int source);
    void showFacts(const engine::contract::Value& facts);

    QGridLayout* m_grid;
    engine::contract::Value m_sources;
};

} // namespace ui::pages::train
