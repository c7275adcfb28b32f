// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One number that matters: caption above, figure, a line of small words below.
#pragma once

#include "ui/theme/tone.h"

#include <QFrame>

namespace ui::widgets {

class ElidedLabel;

class FigureTile : public QFrame
{
    Q_OBJECT

public:
    explicit FigureTile(const QString& caption, QWidget* parent = nullptr);

    void setCaption(const QString& caption);
    void setFigure(const QString& figure);
    void setSub(const QString& sub, Tone tone = Tone::Tertiary);
    QString figure() const;

private:
    void updateAccessible();

    ElidedLabel* m_caption;
    ElidedLabel* m_figure;
    ElidedLabel* m_sub;
};

} // namespace ui::widgets
