// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Grey bars where text will stand. They do not move.
#pragma once

#include <QWidget>

namespace ui::widgets {

class Skeleton : public QWidget
{
    Q_OBJECT

public:
    explicit Skeleton(int lines = 2, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_lines;
};

} // namespace ui::widgets
