// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A bar of parts of a whole, side by side with a gap of one pixel.
#pragma once

#include <QColor>
#include <QList>
#include <QWidget>

namespace ui::pages::data {

class ShareBar final : public QWidget
{
    Q_OBJECT

public:
    struct Part
    {
        double amount = 0;
        int series = 0; // colour of the chart palette
        QString words;  // for screen readers: "Answers, trained: 41 %"
    };

    explicit ShareBar(QWidget* parent = nullptr);

    void setParts(const QList<Part>& parts);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<Part> m_parts;
};

} // namespace ui::pages::data
