// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The widget style: Fusion with our boxes, buttons, fields, indicators, menus, scroll bars, focus
// ring and sizes. Not a style sheet: Qt judges those anew for a whole tree at every change of
// parent, which was half of the time that a page took to make.
//
// Dynamic properties it reads on editors (QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit):
//   fieldState    "unusual" | "refused": warning border, error border
//   fieldChanged  true: accent stripe at the left
//   small         true: 28 instead of 32 high
// Those of buttons stand in paint_button.h, those of frames in box.h.
#pragma once

#include <QProxyStyle>

namespace ui {

class WheelGuard;

class StudioStyle : public QProxyStyle
{
    Q_OBJECT

public:
    StudioStyle();

    void drawPrimitive(PrimitiveElement element,
                       const QStyleOption* option,
                       QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element,
                     const QStyleOption* option,
                     QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control,
                            const QStyleOptionComplex* option,
                            QPainter* painter,
                            const QWidget* widget) const override;
    QSize sizeFromContents(ContentsType type,
                           const QStyleOption* option,
                           const QSize& size,
                           const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control,
                         const QStyleOptionComplex* option,
                         SubControl subControl,
                         const QWidget* widget) const override;
    QRect subElementRect(SubElement element,
                         const QStyleOption* option,
                         const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric,
                    const QStyleOption* option,
                    const QWidget* widget) const override;
    int styleHint(StyleHint hint,
                  const QStyleOption* option,
                  const QWidget* widget,
                  QStyleHintReturn* returned) const override;
    QIcon standardIcon(StandardPixmap which,
                       const QStyleOption* option,
                       const QWidget* widget) const override;
    void polish(QWidget* widget) override;
    using QProxyStyle::polish;

private:
    WheelGuard* m_wheelGuard;
};

} // namespace ui
