// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A flat bar without words; the number stands beside it. Moves only when its value does.
#pragma once

#include "ui/theme/tone.h"

#include <QProgressBar>

namespace ui::widgets {

class ProgressBar : public QProgressBar
{
    Q_OBJECT

public:
    // `height` in design pixels: 8 as in the job bar, 4 or 6 where it is small.
    explicit ProgressBar(int height = 8, QWidget* parent = nullptr);

    // 0 to 1; accessible value is the percentage.
    void setShare(double share);
    double share() const;
    void setStatus(StatusKind kind);
    // A bar of a chart's colour (use of memory, disk) instead of a status.
    void setMemoryColor(MemoryPart part);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int m_height;
    StatusKind m_kind = StatusKind::Active;
    int m_memoryPart = -1;
};

// The same, for delegates. `share` is clamped to 0…1.
void paintProgress(QPainter& painter, const QRectF& rect, double share, const QColor& color);

} // namespace ui::widgets
