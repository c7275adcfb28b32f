// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/step_tile.h"

#include "ui/theme/box.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"

#include <QGridLayout>
#include <QLabel>

namespace ui::pages::home {

StepTile::StepTile(const QString& iconName, const QString& name, QWidget* parent)
    : QFrame(parent), m_fact(new widgets::PlainLabel({}, Type::Small, Tone::Secondary))
{
    setBox(*this, Box::Inset);
    constexpr int kIcon = 16;
    auto* picture = new QLabel;
    picture->setPixmap(icon(iconName, IconRole::Strong).pixmap(kIcon, kIcon));
    connect(&theme(), &Theme::changed, picture, [picture, iconName] {
        picture->setPixmap(icon(iconName, IconRole::Strong).pixmap(kIcon, kIcon));
    });
    auto* title = new widgets::ElidedLabel(name, Type::BodyStrong);
    title->setElideMode(Qt::ElideRight);
    m_fact->setWrapping(true);
    m_fact->setAlignment(Qt::AlignLeft | Qt::AlignTop);

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(theme().px(13), theme().px(11), theme().px(13), theme().px(11));
    grid->setHorizontalSpacing(theme().px(8));
    grid->setVerticalSpacing(theme().px(6));
    grid->addWidget(picture, 0, 0);
    grid->addWidget(title, 0, 1);
    grid->addWidget(m_fact, 1, 0, 1, 2);
    grid->setColumnStretch(1, 1);
}

void StepTile::setFact(const QString& fact)
{
    m_fact->setText(fact);
}

QString StepTile::fact() const
{
    return m_fact->plainText();
}

} // namespace ui::pages::home
