// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/studio_style.h"

#include "ui/theme/box.h"
#include "ui/theme/icon.h"
#include "ui/theme/paint.h"
#include "ui/theme/paint_button.h"
#include "ui/theme/paint_menu.h"
#include "ui/theme/paint_scroll_bar.h"
#include "ui/theme/theme.h"
#include "ui/theme/wheel_guard.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSlider>
#include <QStyleOption>
#include <QTextEdit>

#include <algorithm>

namespace ui {
namespace {

constexpr int kFieldPadding = 10;
constexpr int kButtonPadding = 12;
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

bool isPopup(const QWidget& widget)
{
    return widget.window()->windowType() == Qt::Popup;
}

// A scroll area is no box of its own: the card or window under it shows.
void letGroundThrough(QScrollArea& area)
{
    area.setFrameShape(QFrame::NoFrame);
    area.viewport()->setAutoFillBackground(false);
    if (area.widget()) {
        area.widget()->setAutoFillBackground(false);
    }
}

bool paintBox(QPainter& painter, const QRect& rect, Box box)
{
    const auto rounded = [&](Color fill, const QString& radius) {
        paintRoundedBox(
            painter, rect, theme().color(fill), theme().color(Color::Line), theme().number(radius));
    };
    switch (box) {
    case Box::Card:
        rounded(Color::Surface, QStringLiteral("radius/card"));
        return true;
    case Box::Inset:
        rounded(Color::Inset, QStringLiteral("radius/control"));
        return true;
    case Box::Separator:
        painter.fillRect(rect, theme().color(Color::Line));
        return true;
    case Box::None:
        return false;
    }
    return false;
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
        if (widget && widget->isWindow()) { // the list of a combo box
            paintMenuPanel(*painter, option->rect);
            return;
        }
        break;
    case PE_PanelMenu:
        paintMenuPanel(*painter, option->rect);
        return;
    case PE_FrameMenu:
        return;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, theme().color(Color::Tooltip));
        return;
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
    if (element == CE_ShapedFrame && paintBox(*painter, option->rect, boxOf(widget))) {
        return;
    }
    if (element == CE_PushButtonBevel) {
        paintPushButtonBox(*painter, *option, widget);
        return;
    }
    if (element == CE_HeaderEmptyArea) {
        const QRect rect = option->rect;
        painter->fillRect(rect, theme().color(Color::Inset));
        painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme().color(Color::Line));
        return;
    }
    if (element == CE_Splitter) {
        return;
    }
    if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
        item && element == CE_MenuItem) {
        paintMenuItem(*painter, *item);
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
    if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        bar && control == CC_ScrollBar) {
        paintScrollBar(*painter, *bar);
        return;
    }
    if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        button && control == CC_ToolButton) {
        paintToolButtonBox(*painter, *button, widget);
        QStyleOptionToolButton label = *button;
        label.palette.setColor(QPalette::ButtonText, toolButtonInk(*button, widget));
        label.features = QStyleOptionToolButton::None; // no arrow of a menu
        proxy()->drawControl(CE_ToolButtonLabel, &label, painter, widget);
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
    case CT_PushButton:
        return {size.width() + 2 * theme().px(kButtonPadding),
                std::max(size.height(), theme().height(Size::Control))};
    case CT_ToolButton:
        return isSegment(widget)
                   ? QSize(size.width() + 2 * theme().px(kFieldPadding) + 1, size.height())
                   : QProxyStyle::sizeFromContents(type, option, size, widget);
    case CT_MenuItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) {
            return menuItemSize(*item);
        }
        return size;
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
    if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        bar && control == CC_ScrollBar) {
        return scrollBarRect(*bar, subControl);
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
    if (element == SE_ShapedFrameContents) {
        const Box box = boxOf(widget);
        if (box == Box::Card || box == Box::Inset) {
            return option->rect.adjusted(1, 1, -1, -1);
        }
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
        return kScrollBarExtent;
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuHMargin:
    case PM_MenuVMargin:
        return 4;
    case PM_ScrollView_ScrollBarOverlap:
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_ToolTipLabelFrameWidth:
        return 6;
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
    if (auto* area = qobject_cast<QScrollArea*>(widget)) {
        letGroundThrough(*area);
    }
    if (auto* view = qobject_cast<QAbstractItemView*>(widget); view && !isPopup(*view)) {
        view->setFrameShape(QFrame::NoFrame);
        view->viewport()->setAutoFillBackground(false);
    }
    if (qobject_cast<QScrollBar*>(widget)) {
        widget->setAttribute(Qt::WA_OpaquePaintEvent, false);
    }
    if (isStepped || isTextEdit(widget) || qobject_cast<QLineEdit*>(widget)
        || qobject_cast<QAbstractButton*>(widget)) {
        widget->setAttribute(Qt::WA_Hover);
    }
}

} // namespace ui
