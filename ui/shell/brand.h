// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The mark and the name at the top of the sidebar; without the name when it is narrow.
#pragma once

#include <QWidget>

namespace ui::shell {

class Brand : public QWidget
{
    Q_OBJECT

public:
    explicit Brand(QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::shell
