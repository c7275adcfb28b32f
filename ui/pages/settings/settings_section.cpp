// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/settings_section.h"

#include "ui/pages/settings/setting_row.h"
#include "ui/widgets/separator.h"

#include <QVBoxLayout>

namespace ui::pages::settings {

SettingsSection::SettingsSection(const QString& title, QWidget* parent)
    : Card(title, {}, parent), m_title(title)
{
    setFlush(true);
    body()->setSpacing(0);
}

SettingRow* SettingsSection::addRow(const QString& label, const QString& help, QWidget* control)
{
    auto* row = new SettingRow(label, help, control);
    addRow(row);
    return row;
}

void SettingsSection::addRow(SettingRow* row)
{
    add({nullptr, row, row, {}});
}

void SettingsSection::addBlock(QWidget* block, const QString& words)
{
    add({nullptr, block, nullptr, words});
}

void SettingsSection::add(Part part)
{
    if (!m_parts.isEmpty()) {
        part.line = new widgets::Separator;
        body()->addWidget(part.line);
    }
    body()->addWidget(part.widget);
    m_parts.append(part);
}

bool SettingsSection::filter(const QString& text)
{
    const bool keepAll = text.isEmpty() || m_title.contains(text, Qt::CaseInsensitive);
    bool isFirst = true;
    for (const Part& part : m_parts) {
        const bool matches = keepAll || (part.row && part.row->matches(text))
                             || part.words.contains(text, Qt::CaseInsensitive);
        part.widget->setVisible(matches);
        if (part.line) {
            part.line->setVisible(matches && !isFirst);
        }
        isFirst = isFirst && !matches;
    }
    setVisible(!isFirst);
    return !isFirst;
}

} // namespace ui::pages::settings
