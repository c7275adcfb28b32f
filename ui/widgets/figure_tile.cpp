// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_tile.h"

#include "ui/widgets/elided_label.h"

#include <QVBoxLayout>

namespace ui::widgets {

FigureTile::FigureTile(const QString& caption, QWidget* parent)
    : QFrame(parent), m_caption(new ElidedLabel(caption, Type::Small, Tone::Secondary)),
      m_figure(new ElidedLabel({}, Type::Figure)),
      m_sub(new ElidedLabel({}, Type::Caption, Tone::Tertiary))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 10, 12, 10);
    layout->setSpacing(2);
    for (ElidedLabel* label : {m_caption, m_figure, m_sub}) {
        label->setElideMode(Qt::ElideRight);
        layout->addWidget(label);
    }
    updateAccessible();
}

void FigureTile::setCaption(const QString& caption)
{
    m_caption->setText(caption);
    updateAccessible();
}

void FigureTile::setFigure(const QString& figure)
{
    m_figure->setText(figure);
    updateAccessible();
}

void FigureTile::setSub(const QString& sub, Tone tone)
{
    m_sub->setText(sub);
    m_sub->setTone(tone);
    updateAccessible();
}

QString FigureTile::figure() const
{
    return m_figure->text();
}

void FigureTile::updateAccessible()
{
    setAccessibleName(tr("%1: %2").arg(m_caption->text(), m_figure->text()));
    setAccessibleDescription(m_sub->text());
}

} // namespace ui::widgets
