// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a grey key and its value: what a side panel says about one thing.
#pragma once

#include "ui/theme/tone.h"

#include <QWidget>

class QGridLayout;

namespace ui::widgets {

class FactList : public QWidget
{
    Q_OBJECT

public:
    enum class Style { Normal, Mono, Link };
    struct Fact
    {
        QString key;
        QString value;
        Style style = Style::Normal;
        Tone tone = Tone::Normal;
        // Icon before the key, or none.
        QString iconName = {};
    };

    explicit FactList(QWidget* parent = nullptr);

    // Replaces all rows. Values are right aligned, elide in the middle and tell all in their
    // tooltip.
    void setFacts(const QList<Fact>& facts);
    void addFact(const Fact& fact);
    void clear();
    int count() const { return int(m_facts.size()); }
    const QList<Fact>& facts() const { return m_facts; }
    // All rows as "key\tvalue" lines, for the clipboard.
    QString text() const;

Q_SIGNALS:
    // A Link row was clicked.
    void activated(int row);

private:
    void addRow(const Fact& fact);

    QGridLayout* m_grid;
    QList<Fact> m_facts;
};

} // namespace ui::widgets
