// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which colour of the rank map is which rank.
#pragma once

#include <QWidget>

namespace ui::pages::adapters {

class RankMap;

class RankLegend : public QWidget
{
    Q_OBJECT

public:
    explicit RankLegend(const RankMap& map, QWidget* parent = nullptr);

    // After the map got another grid.
    void refresh();
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const RankMap& m_map;
};

} // namespace ui::pages::adapters
