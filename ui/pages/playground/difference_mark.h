// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// "A ≠ B" drawn as the marks in the answers are: the legend of the orange underline.
#pragma once

#include <QWidget>

namespace ui::pages::playground {

class DifferenceMark : public QWidget
{
    Q_OBJECT

public:
    explicit DifferenceMark(QWidget* parent = nullptr);

    void setText(const QString& text);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

} // namespace ui::pages::playground
