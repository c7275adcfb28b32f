// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// On or off, at once: a check box drawn as a sliding switch. For choices that wait for a button use
// QCheckBox.
#pragma once

#include <QCheckBox>

namespace ui::widgets {

class Switch : public QCheckBox
{
    Q_OBJECT

public:
    explicit Switch(const QString& text = {}, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    bool hitButton(const QPoint& position) const override;
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::widgets
