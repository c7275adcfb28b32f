// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rank at which an adapter with nested ranks is written. Hidden for all others. GUI thread
// only.
#pragma once

#include <QWidget>

namespace ui::widgets {
class FieldFrame;
class NumberField;
} // namespace ui::widgets

namespace ui::pages::exporting {

class RankField final : public QWidget
{
    Q_OBJECT

public:
    explicit RankField(QWidget* parent = nullptr);

    // The largest rank; 0 where ranks are not nested. Another number starts over, at all ranks.
    void setMost(qint64 most);
    // 0: all ranks, or no rank to choose.
    qint64 rank() const;
    bool isUsable() const;

Q_SIGNALS:
    void edited();

private:
    void showState();

    qint64 m_most = 0;
    widgets::NumberField* m_number;
    widgets::FieldFrame* m_frame;
};

} // namespace ui::pages::exporting
