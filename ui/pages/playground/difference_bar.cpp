// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/playground/difference_bar.h"

#include "ui/pages/playground/difference.h"
#include "ui/pages/playground/difference_mark.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

namespace ui::pages::playground {

DifferenceBar::DifferenceBar(QWidget* parent)
    : QWidget(parent), m_mark(new DifferenceMark),
      m_sentence(new widgets::ElidedLabel({}, Type::Small, Tone::Secondary)),
      m_seed(new widgets::PlainLabel({}, Type::Small, Tone::Tertiary))
{
    auto* const outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto* const layout = new QHBoxLayout;
    outer->addLayout(layout);
    outer->addWidget(new widgets::Separator);
    const int side = theme().px(16);
    layout->setContentsMargins(side, theme().px(10), side, theme().px(10));
    layout->setSpacing(theme().px(10));
    m_sentence->setElideMode(Qt::ElideRight);
    layout->addWidget(m_mark);
    layout->addWidget(m_sentence, 1);
    layout->addWidget(m_seed);
    hide();
}

QString DifferenceBar::sentence() const
{
    return m_sentence->text();
}

void DifferenceBar::setConversation(const Conversation& conversation, bool marks)
{
    const Exchange* const exchange =
        conversation.exchanges.empty() ? nullptr : &conversation.exchanges.back();
    const QString sentence =
        exchange && marks ? differenceSentence(conversation.panes, *exchange) : QString();
    setVisible(!sentence.isEmpty());
    m_sentence->setText(sentence);
    if (sentence.isEmpty()) {
        return;
    }
    const std::size_t count = conversation.panes.size();
    const bool differs = markedDifference(*exchange, count).has_value();
    m_mark->setText(paneLetter(conversation.panes, count - 2) + QStringLiteral(" \u2260 ")
                    + paneLetter(conversation.panes, count - 1));
    m_mark->setVisible(differs);
    m_seed->setText(conversation.sameSeed
                        ? tr("Same prompt, seed %1")
                              .arg(QLocale::c().toString(qint64(conversation.sampling.seed)))
                        : tr("Same prompt, each pane its own seed"));
}

} // namespace ui::pages::playground
