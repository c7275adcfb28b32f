// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// One of the three steps of the sample: icon, name, one fact.
#pragma once

#include <QFrame>

namespace ui::widgets {
class PlainLabel;
}

namespace ui::pages::home {

class StepTile final : public QFrame
{
    Q_OBJECT

public:
    StepTile(const QString& iconName, const QString& name, QWidget* parent = nullptr);

    void setFact(const QString& fact);
    QString fact() const;

private:
    widgets::PlainLabel* m_fact;
};

} // namespace ui::pages::home
