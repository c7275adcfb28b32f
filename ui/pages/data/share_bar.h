// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How much of the data is trained, only read, or special: a bar of three parts, and below it a row
// for each with its colour, its words and its number.
#pragma once

#include <QColor>
#include <QWidget>

#include <array>

namespace ui::pages::data {

class ShareBar final : public QWidget
{
    Q_OBJECT

public:
    explicit ShareBar(QWidget* parent = nullptr);

    // In tokens.
    void setAmounts(qint64 trained, qint64 context, qint64 special);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Part
    {
        QString words;
        qint64 amount = 0;
    };

    void paintBar(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;
    int rowHeight() const;

    std::array<Part, 3> m_parts;
};

} // namespace ui::pages::data
