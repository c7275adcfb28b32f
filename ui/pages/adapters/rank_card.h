// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rank map with its heading and legend, and what stands there while the engine reads.
#pragma once

#include "ui/pages/adapters/rank_grid.h"

#include <QWidget>

class QLabel;

namespace ui::widgets {
class LoadingState;
class MessageBar;
class PlainLabel;
} // namespace ui::widgets

namespace ui::pages::adapters {

class RankLegend;
class RankMap;

class RankCard : public QWidget
{
    Q_OBJECT

public:
    explicit RankCard(QWidget* parent = nullptr);

    void setGrid(const RankGrid& grid);
    void setLoading();
    // Offers to ask again.
    void setFailure(const QString& cause, const QString& detail);
    RankMap* map() const { return m_map; }

Q_SIGNALS:
    void retryRequested();

private:
    void showOnly(QWidget* widget);

    widgets::PlainLabel* m_fact;
    RankLegend* m_legend;
    RankMap* m_map;
    widgets::LoadingState* m_loading;
    widgets::MessageBar* m_failure;
    widgets::PlainLabel* m_none;
};

} // namespace ui::pages::adapters
