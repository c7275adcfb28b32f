// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The dashed box below a list that says what may be dropped; a click opens the picker.
#pragma once

#include <QAbstractButton>

namespace ui::pages::models {

class DropButton final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit DropButton(const QString& text, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::pages::models
