// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A card of setting rows with lines between them; a search leaves only the rows that match.
#pragma once

#include "ui/widgets/card.h"

#include <QList>

namespace ui::pages::settings {

class SettingRow;

class SettingsSection : public widgets::Card
{
    Q_OBJECT

public:
    explicit SettingsSection(const QString& title, QWidget* parent = nullptr);

    // A line goes before every row but the first.
    SettingRow* addRow(const QString& label, const QString& help, QWidget* control);
    void addRow(SettingRow* row);
    // A block below the rows, shown and searched by `words`.
    void addBlock(QWidget* block, const QString& words);
    // Hides what does not match; true when something is left. A match of the title keeps all.
    bool filter(const QString& text);

private:
    struct Part
    {
        QWidget* line; // above it; null for the first
        QWidget* widget;
        SettingRow* row; // null for a block
        QString words;
    };

    void add(Part part);

    QString m_title;
    QList<Part> m_parts;
};

} // namespace ui::pages::settings
