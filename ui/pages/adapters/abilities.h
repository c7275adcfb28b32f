// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What can be done with an adapter of its kind, and why not what cannot: said, not hidden.
#pragma once

#include "app/library/adapter_repository.h"
#include "engine/contract/catalog.h"

#include <QList>
#include <QString>
#include <QWidget>

namespace ui::pages::adapters {

struct Ability
{
    QString name;   // "Merged model", "Rank 16"
    QString reason; // why not; empty = it can
};

// By the catalogue alone; nothing for a method that this engine does not know.
QList<Ability> abilitiesOf(const app::library::Adapter& adapter,
                           const ::engine::contract::Catalog& catalog);

// A line for each: a check and what it can, or a dash, what it cannot, and the reason.
class AbilityList : public QWidget
{
    Q_OBJECT

public:
    explicit AbilityList(QWidget* parent = nullptr);

    void setAbilities(const QList<Ability>& abilities);
    const QList<Ability>& abilities() const { return m_abilities; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QList<Ability> m_abilities;
    QList<QWidget*> m_lines;
};

} // namespace ui::pages::adapters
