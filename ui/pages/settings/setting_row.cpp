// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/setting_row.h"

#include "ui/theme/theme.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/tab_order.h"

#include <QBoxLayout>

namespace ui::pages::settings {

using namespace Qt::StringLiterals;

SettingRow::SettingRow(const QString& label, const QString& help, QWidget* control, QWidget* parent)
    : QWidget(parent), m_layout(new QHBoxLayout(this)),
      m_label(new widgets::PlainLabel(label, Type::Body, Tone::Normal, this)),
      m_help(new widgets::PlainLabel(help, Type::Small, Tone::Secondary, this)), m_control(control)
{
    m_help->setWrapping(true);
    m_help->setVisible(!help.isEmpty());
    auto* words = new QVBoxLayout;
    words->setSpacing(theme().px(2));
    words->addStretch();
    words->addWidget(m_label);
    words->addWidget(m_help);
    words->addStretch();
    m_layout->setContentsMargins(theme().px(16), theme().px(10), theme().px(16), theme().px(10));
    m_layout->setSpacing(theme().px(8));
    m_layout->addLayout(words, 1);
    if (control) {
        if (control->accessibleName().isEmpty()) {
            control->setAccessibleName(label);
        }
        control->setAccessibleDescription(help);
        m_label->setBuddy(control);
        m_layout->addWidget(control, 0, Qt::AlignVCenter);
    }
}

void SettingRow::setHelp(const QString& help)
{
    m_help->setText(help);
    m_help->setVisible(!help.isEmpty());
}

void SettingRow::setChanged(bool isChanged)
{
    if (!m_reset) {
        m_reset = new widgets::IconButton(u"reset"_s,
                                          tr("Reset %1 to its default").arg(m_label->plainText()));
        // Before the control, which then does not move when the arrow comes and goes.
        m_layout->insertWidget(1, m_reset, 0, Qt::AlignVCenter);
        if (m_control) {
            widgets::chainTabStops(widgets::tabStops(m_control) << m_reset);
        }
        connect(m_reset, &QAbstractButton::clicked, this, &SettingRow::resetRequested);
    }
    m_reset->setVisible(isChanged);
}

bool SettingRow::matches(const QString& text) const
{
    return m_label->plainText().contains(text, Qt::CaseInsensitive)
           || m_help->plainText().contains(text, Qt::CaseInsensitive);
}

} // namespace ui::pages::settings
