// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the looks of the token view mean, in a row below it.
#pragma once

#include <QWidget>

namespace ui::pages::data {

class TokenLegend final : public QWidget
{
    Q_OBJECT

public:
    explicit TokenLegend(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::pages::data
