// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A pane's title that opens its list of adapters: swatch, letter and name, a chevron at the right.
#pragma once

#include <QToolButton>

namespace ui::pages::playground {

class PaneButton : public QToolButton
{
    Q_OBJECT

public:
    explicit PaneButton(QWidget* parent = nullptr);

    // `series`: the chart colour of the swatch; −1 = the colour of text, for the base.
    void setWords(const QString& letter, const QString& name, int series);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_letter;
    QString m_name;
    int m_series = -1;
};

} // namespace ui::pages::playground
