// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/start_panel.h"

#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>

namespace ui::pages::train {

using widgets::PlainLabel;

StartPanel::StartPanel(QWidget* parent)
    : QWidget(parent), m_total(new PlainLabel({}, Type::BodyStrong)),
      m_words(new PlainLabel({}, Type::Small, Tone::Secondary)),
      m_start(widgets::startButton(tr("Start training"), QStringLiteral("play"))),
      m_queue(widgets::smallButton(tr("Add to queue"), QStringLiteral("plus"))),
      m_preset(widgets::smallButton(tr("Save preset"), QStringLiteral("save")))
{
    m_start->setToolTip(tr("Start training (Ctrl+Enter)"));
    m_queue->setToolTip(tr("Starts when the device is free"));
    m_preset->setToolTip(tr("Keeps these settings under a name, without model and data"));
    m_words->setWrapping(true);
    m_words->hide();
    m_total->hide();
    auto* second = new QHBoxLayout;
    second->setSpacing(theme().px(8));
    second->addWidget(m_queue, 1);
    second->addWidget(m_preset, 1);
    m_layout = new QBoxLayout(QBoxLayout::TopToBottom, this);
    const int side = theme().px(16);
    m_layout->setContentsMargins(side, theme().px(8), side, side);
    m_layout->setSpacing(theme().px(8));
    m_layout->addWidget(m_total, 1);
    m_layout->addWidget(m_words, 1);
    m_layout->addWidget(m_start);
    m_layout->addLayout(second);
    connect(m_start, &QAbstractButton::clicked, this, &StartPanel::startRequested);
    connect(m_queue, &QAbstractButton::clicked, this, &StartPanel::queueRequested);
    connect(m_preset, &QAbstractButton::clicked, this, &StartPanel::presetRequested);
}

void StartPanel::setTotal(const QString& words)
{
    m_total->setText(words);
}

void StartPanel::setCompact(bool isCompact)
{
    const int side = isCompact ? 0 : theme().px(16);
    m_layout->setContentsMargins(side, isCompact ? 0 : theme().px(8), side, side);
    m_layout->setDirection(isCompact ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_total->setVisible(isCompact);
}

void StartPanel::setWords(const QString& words, bool isWarning)
{
    m_words->setText(words);
    m_words->setTone(isWarning ? Tone::Warning : Tone::Secondary);
    m_words->setVisible(!words.isEmpty());
}

void StartPanel::setBusy(bool isBusy)
{
    m_start->setEnabled(!isBusy);
    m_queue->setEnabled(!isBusy);
    m_start->setText(isBusy ? tr("Checking…") : tr("Start training"));
}

} // namespace ui::pages::train
