// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented_control.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"
#include "ui/widgets/row_delegate.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QToolButton>

namespace ui::widgets {

SegmentedControl::SegmentedControl(const QStringList& labels, bool small, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)), m_layout(new QHBoxLayout(this)),
      m_isSmall(small)
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(0);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    for (const QString& label : labels) {
        addSegment(label);
    }
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool checked) {
        if (checked) {
            updateFocusPolicy();
            Q_EMIT currentChanged(id);
        }
    });
    connect(&theme(), &Theme::changed, this, &SegmentedControl::applySizes);
}

int SegmentedControl::addSegment(const QString& label,
                                 const QString& iconName,
                                 const QString& toolTip)
{
    auto* button = new QToolButton(this);
    button->setCheckable(true);
    button->setText(label);
    button->setToolButtonStyle(label.isEmpty()      ? Qt::ToolButtonIconOnly
                               : iconName.isEmpty() ? Qt::ToolButtonTextOnly
                                                    : Qt::ToolButtonTextBesideIcon);
    if (!iconName.isEmpty()) {
        button->setIcon(icon(iconName));
    }
    button->setToolTip(plainToolTip(toolTip));
    button->setAccessibleName(label.isEmpty() ? toolTip : label);
    button->installEventFilter(this);
    const int index = count();
    m_group->addButton(button, index);
    m_layout->addWidget(button);
    if (index == 0) {
        const QSignalBlocker blocker(m_group);
        button->setChecked(true);
    }
    updateEdges();
    updateFocusPolicy();
    applySizes();
    return index;
}

int SegmentedControl::count() const
{
    return int(m_group->buttons().size());
}

int SegmentedControl::currentIndex() const
{
    return m_group->checkedId();
}

void SegmentedControl::setCurrentIndex(int index)
{
    if (QAbstractButton* button = m_group->button(index)) {
        button->setChecked(true);
    }
}

QToolButton* SegmentedControl::segment(int index) const
{
    return qobject_cast<QToolButton*>(m_group->button(index));
}

bool SegmentedControl::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) {
        return QWidget::eventFilter(watched, event);
    }
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool isReversed = isRightToLeft();
    int step = 0;
    if (key == Qt::Key_Left || key == Qt::Key_Up) {
        step = key == Qt::Key_Left && isReversed ? 1 : -1;
    } else if (key == Qt::Key_Right || key == Qt::Key_Down) {
        step = key == Qt::Key_Right && isReversed ? -1 : 1;
    }
    if (step == 0) {
        return QWidget::eventFilter(watched, event);
    }
    for (int next = currentIndex() + step; next >= 0 && next < count(); next += step) {
        if (segment(next)->isEnabled() && !segment(next)->isHidden()) {
            setCurrentIndex(next);
            segment(next)->setFocus(Qt::TabFocusReason);
            break;
        }
    }
    return true;
}

// Tab enters at the segment that holds and leaves behind the control, as with radio buttons.
void SegmentedControl::updateFocusPolicy()
{
    for (QAbstractButton* button : m_group->buttons()) {
        button->setFocusPolicy(button->isChecked() ? Qt::StrongFocus : Qt::ClickFocus);
    }
    if (currentIndex() >= 0) {
        setFocusProxy(segment(currentIndex()));
    }
}

void SegmentedControl::updateEdges()
{
    const int last = count() - 1;
    for (int i = 0; i <= last; ++i) {
        const char* edge = last == 0 ? "only" : i == 0 ? "first" : i == last ? "last" : "mid";
        setStyleProperty(segment(i), "segment", QLatin1String(edge));
    }
}

void SegmentedControl::applySizes()
{
    QFont font = theme().font(Type::Small);
    font.setWeight(QFont::Medium);
    const int height = theme().height(m_isSmall ? Size::SegmentedSmall : Size::ControlSmall);
    const int side = theme().px(14);
    for (QAbstractButton* button : m_group->buttons()) {
        button->setFont(font);
        button->setIconSize({side, side});
        button->setFixedHeight(height);
    }
}

} // namespace ui::widgets
