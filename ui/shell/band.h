// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A part of the window's frame: a fill and a 1-px line towards the content. Follows the theme.
#pragma once

#include "ui/theme/tokens.h"

#include <QWidget>

namespace ui::shell {

class Band : public QWidget
{
    Q_OBJECT

public:
    Band(Color fill, Qt::Edge line, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Color m_fill;
    Qt::Edge m_line;
};

} // namespace ui::shell
