// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/rank_field.h"

#include "app/base/format.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/number_field.h"

#include <QVBoxLayout>

#include <cmath>

namespace ui::pages::exporting {

using widgets::FieldFrame;

RankField::RankField(QWidget* parent)
    : QWidget(parent), m_number(new widgets::NumberField(widgets::NumberField::Kind::Integer)),
      m_frame(new FieldFrame(tr("Rank"), m_number))
{
    m_frame->setHelp(
        tr("This adapter works at every rank up to its own: a lower one is smaller and "
           "a little less precise."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_frame);
    connect(m_number, &widgets::NumberField::edited, this, [this] {
        showState();
        Q_EMIT edited();
    });
    connect(m_frame, &FieldFrame::resetRequested, this, [this] {
        m_number->setValue(static_cast<double>(m_most));
        showState();
        Q_EMIT edited();
    });
    hide();
}

void RankField::setMost(qint64 most)
{
    setVisible(most > 0);
    if (most == m_most) {
        return;
    }
    m_most = most;
    m_number->setRange(1, static_cast<double>(most));
    m_number->setValue(static_cast<double>(most));
    showState();
}

qint64 RankField::rank() const
{
    const qint64 rank = m_most > 0 && isUsable() ? std::llround(*m_number->value()) : 0;
    return rank == m_most ? 0 : rank;
}

bool RankField::isUsable() const
{
    return m_most == 0 || (m_number->value() && m_number->isInRange());
}

void RankField::showState()
{
    m_frame->setChanged(!isUsable() || rank() != 0, tr("Back to all ranks"));
    m_frame->setState(isUsable() ? FieldFrame::State::Normal : FieldFrame::State::Refused,
                      isUsable() ? QString()
                                 : tr("Not a rank from 1 to %1").arg(app::formatCount(m_most)));
}

} // namespace ui::pages::exporting
