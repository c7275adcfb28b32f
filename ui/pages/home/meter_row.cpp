// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/meter_row.h"

#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/progress_bar.h"

#include <QGridLayout>
#include <QLabel>

namespace ui::pages::home {

namespace {

constexpr double kNearlyFull = 0.95;
constexpr int kBarHeight = 6;

} // namespace

MeterRow::MeterRow(const QString& iconName, const QString& name, QWidget* parent)
    : QWidget(parent), m_name(new widgets::ElidedLabel(name)),
      m_figure(new widgets::PlainLabel({}, Type::Small, Tone::Secondary)),
      m_bar(new widgets::ProgressBar(kBarHeight))
{
    constexpr int kIcon = 16;
    auto* picture = new QLabel;
    const auto tint = [picture, iconName] {
        picture->setPixmap(icon(iconName, IconRole::Normal).pixmap(kIcon, kIcon));
    };
    tint();
    connect(&theme(), &Theme::changed, picture, tint);
    m_name->setElideMode(Qt::ElideRight);
    m_bar->setAccessibleName(name);
    m_bar->setMemoryColor(MemoryPart::Weights);

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins({});
    grid->setHorizontalSpacing(theme().px(8));
    grid->setVerticalSpacing(theme().px(5));
    grid->addWidget(picture, 0, 0);
    grid->addWidget(m_name, 0, 1);
    grid->addWidget(m_figure, 0, 2, Qt::AlignRight);
    grid->addWidget(m_bar, 1, 0, 1, 3);
    grid->setColumnStretch(1, 1);
}

void MeterRow::setName(const QString& name)
{
    m_name->setText(name);
    m_bar->setAccessibleName(name);
}

void MeterRow::setUse(const QString& figure, double share)
{
    m_figure->setText(figure);
    m_bar->setAccessibleDescription(figure);
    m_bar->setShare(qMax(0.0, share));
    if (m_warns && share > kNearlyFull) {
        m_bar->setStatus(StatusKind::Warning);
    } else {
        m_bar->setMemoryColor(MemoryPart::Weights);
    }
}

QString MeterRow::figure() const
{
    return m_figure->plainText();
}

} // namespace ui::pages::home
