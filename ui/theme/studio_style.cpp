// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/studio_style.h"

#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/theme/wheel_guard.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QSlider>
#include <QStyleOption>
#include <QTextEdit>

namespace ui {
namespace {

constexpr int kFieldPadding = 10;
constexpr int kArrowWidth = 28;
constexpr int kSpinWidth = 22;
// The ring: 2 px wide, 2 px away.
constexpr int kRingReach = 4;
constexpr int kRingWidth = 2;

bool isTextEdit(const QWidget* widget)
{
    return qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTextEdit*>(widget);
}

int fieldHeight(const QWidget* widget)
{
    const bool isSmall = widget && widget->property("small").toBool();
    return theme().height(isSmall ? Size::ControlSmall : Size::Control);
}

void paintSpinArrow(QPainter& painter,
                    const QRect& rect,
                    const QString& name,
                    const QStyleOptionSpinBox& option,
                    QStyle::SubControl arrow)
{
    const bool canStep = option.stepEnabled.testFlag(arrow == QStyle::SC_SpinBoxUp
                                                         ? QAbstractSpinBox::StepUpEnabled
                                                         : QAbstractSpinBox::StepDownEnabled);
    const bool isHovered =
        option.activeSubControls.testFlag(arrow) && option.state.testFlag(QStyle::State_MouseOver);
    paintIcon(painter,
              rect,
              name,
              theme().color(!canStep    ? Color::TextDisabled
                            : isHovered ? Color::Text
                                        : Color::TextTertiary),
              12);
}

} // namespace

StudioStyle::StudioStyle()
    : QProxyStyle(QStringLiteral("Fusion")), m_wheelGuard(new WheelGuard(this))
{
}

void StudioStyle::drawPrimitive(PrimitiveElement element,
                                const QStyleOption* option,
                                QPainter* painter,
                                const QWidget* widget) const
{
    switch (element) {
    case PE_PanelLineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame && frame->lineWidth > 0) {
            paintFieldBox(*painter, option->rect, *option, widget);
        }
        return;
    }
    case PE_FrameLineEdit:
        return;
    case PE_Frame:
        if (isTextEdit(widget)) {
            paintFieldBox(*painter, option->rect, *option, widget);
            return;
        }
        break;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        paintCheckIndicator(*painter, option->rect, *option);
        return;
    case PE_IndicatorRadioButton:
        paintRadioIndicator(*painter, option->rect, *option);
        return;
    case PE_FrameFocusRect:
        return;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void StudioStyle::drawControl(ControlElement element,
                              const QStyleOption* option,
                              QPainter* painter,
                              const QWidget* widget) const
{
    if (element == CE_FocusFrame) {
        const double radius = theme().number(QStringLiteral("radius/control")) + kRingReach - 1;
        paintRoundedBox(*painter,
                        option->rect,
                        Qt::transparent,
                        theme().color(Color::Accent),
                        radius,
                        kRingWidth);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void StudioStyle::drawComplexControl(ComplexControl control,
                                     const QStyleOptionComplex* option,
                                     QPainter* painter,
                                     const QWidget* widget) const
{
    if (control == CC_ComboBox) {
        paintFieldBox(*painter, option->rect, *option, widget);
        const bool isEnabled = option->state.testFlag(State_Enabled);
        paintIcon(*painter,
                  proxy()->subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget),
                  QStringLiteral("chevron_down"),
                  theme().color(isEnabled ? Color::TextSecondary : Color::TextDisabled),
                  14);
        return;
    }
    if (control == CC_SpinBox) {
        paintFieldBox(*painter, option->rect, *option, widget);
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        if (spin && spin->buttonSymbols != QAbstractSpinBox::NoButtons) {
            paintSpinArrow(*painter,
                           proxy()->subControlRect(control, option, SC_SpinBoxUp, widget),
                           QStringLiteral("chevron_up"),
                           *spin,
                           SC_SpinBoxUp);
            paintSpinArrow(*painter,
                           proxy()->subControlRect(control, option, SC_SpinBoxDown, widget),
                           QStringLiteral("chevron_down"),
                           *spin,
                           SC_SpinBoxDown);
        }
        return;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QSize StudioStyle::sizeFromContents(ContentsType type,
                                    const QStyleOption* option,
                                    const QSize& size,
                                    const QWidget* widget) const
{
    switch (type) {
    case CT_LineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame && frame->lineWidth > 0) {
            return {size.width() + 2 * theme().px(kFieldPadding), fieldHeight(widget)};
        }
        return size;
    }
    case CT_ComboBox:
        return {size.width() + theme().px(kFieldPadding + kArrowWidth), fieldHeight(widget)};
    case CT_SpinBox:
        return {size.width() + theme().px(kFieldPadding + kSpinWidth), fieldHeight(widget)};
    default:
        return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

QRect StudioStyle::subControlRect(ComplexControl control,
                                  const QStyleOptionComplex* option,
                                  SubControl subControl,
                                  const QWidget* widget) const
{
    const QRect rect = option->rect;
    if (control == CC_ComboBox) {
        const int arrow = theme().px(kArrowWidth);
        switch (subControl) {
        case SC_ComboBoxArrow:
            return visualRect(
                option->direction, rect, rect.adjusted(rect.width() - arrow, 0, 0, 0));
        case SC_ComboBoxEditField:
            return visualRect(
                option->direction, rect, rect.adjusted(theme().px(kFieldPadding), 1, -arrow, -1));
        case SC_ComboBoxListBoxPopup:
            return rect.adjusted(0, 2, 0, 2);
        default:
            return rect;
        }
    }
    if (control == CC_SpinBox) {
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        const bool hasButtons = !spin || spin->buttonSymbols != QAbstractSpinBox::NoButtons;
        const int buttons = hasButtons ? theme().px(kSpinWidth) : theme().px(kFieldPadding);
        const QRect right = rect.adjusted(rect.width() - buttons, 3, -3, -3);
        switch (subControl) {
        case SC_SpinBoxUp:
            return hasButtons ? right.adjusted(0, 0, 0, -right.height() / 2) : QRect();
        case SC_SpinBoxDown:
            return hasButtons ? right.adjusted(0, right.height() / 2, 0, 0) : QRect();
        case SC_SpinBoxEditField:
            return rect.adjusted(theme().px(kFieldPadding), 2, -buttons, -2);
        default:
            return rect;
        }
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QRect StudioStyle::subElementRect(SubElement element,
                                  const QStyleOption* option,
                                  const QWidget* widget) const
{
    if (element == SE_LineEditContents) {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        const int padding = frame && frame->lineWidth > 0 ? theme().px(kFieldPadding) - 2 : 0;
        return option->rect.adjusted(padding, 0, -padding, 0);
    }
    return QProxyStyle::subElementRect(element, option, widget);
}

int StudioStyle::pixelMetric(PixelMetric metric,
                             const QStyleOption* option,
                             const QWidget* widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return theme().px(16);
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return theme().px(8);
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_LineEditIconSize:
        return theme().px(16);
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        return kRingReach;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_DefaultFrameWidth:
        return isTextEdit(widget) ? 6 : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return 8;
    case PM_ScrollBarExtent:
        return 10;
    case PM_ScrollView_ScrollBarOverlap:
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_ToolTipLabelFrameWidth:
        return 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int StudioStyle::styleHint(StyleHint hint,
                           const QStyleOption* option,
                           const QWidget* widget,
                           QStyleHintReturn* returned) const
{
    switch (hint) {
    case SH_ComboBox_Popup:
    case SH_Widget_Animate:
    case SH_Widget_Animation_Duration:
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_UnderlineShortcut:
        return 0;
    case SH_FocusFrame_AboveWidget:
    case SH_ItemView_ShowDecorationSelected:
    case SH_ScrollBar_LeftClickAbsolutePosition:
        return 1;
    case SH_FocusFrame_Mask:
        return 0;
    case SH_ToolTipLabel_Opacity:
        return 255;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returned);
    }
}

QIcon StudioStyle::standardIcon(StandardPixmap which,
                                const QStyleOption* option,
                                const QWidget* widget) const
{
    if (which == SP_LineEditClearButton) {
        return icon(QStringLiteral("close"));
    }
    return QProxyStyle::standardIcon(which, option, widget);
}

void StudioStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    const bool isStepped = qobject_cast<QAbstractSpinBox*>(widget)
                           || qobject_cast<QComboBox*>(widget) || qobject_cast<QSlider*>(widget);
    if (isStepped) {
        // The default would give the focus to whatever the wheel passes over.
        widget->setFocusPolicy(Qt::StrongFocus);
        widget->installEventFilter(m_wheelGuard);
    }
    if (qobject_cast<QAbstractSpinBox*>(widget)) {
        // Qt's style sheets do not ask the style below for a spin box's size.
        widget->setMinimumHeight(fieldHeight(widget));
    }
    if (isStepped || isTextEdit(widget) || qobject_cast<QLineEdit*>(widget)
        || qobject_cast<QAbstractButton*>(widget)) {
        widget->setAttribute(Qt::WA_Hover);
    }
}

} // namespace ui
