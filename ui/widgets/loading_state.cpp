// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/loading_state.h"

#include "ui/widgets/button.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/progress_bar.h"
#include "ui/widgets/skeleton.h"

#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>

namespace ui::widgets {
namespace {

constexpr int kDelayMs = 200;

} // namespace

LoadingState::LoadingState(QWidget* parent)
    : QWidget(parent), m_delay(new QTimer(this)), m_skeleton(new Skeleton),
      m_bar(new ProgressBar(4)), m_words(new PlainLabel({}, Type::Small, Tone::Secondary)),
      m_cancel(new Button(tr("Cancel"), Button::Kind::Ghost, Button::Extent::Small))
{
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_words, 1);
    bottom->addWidget(m_cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_skeleton);
    layout->addSpacing(8);
    layout->addWidget(m_bar);
    layout->addLayout(bottom);
    layout->addStretch(1);
    m_bar->setAccessibleName(tr("Progress"));
    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelayMs);
    connect(m_delay, &QTimer::timeout, this, [this] { reveal(true); });
    connect(m_cancel, &QPushButton::clicked, this, &LoadingState::cancelled);
    reveal(false);
}

void LoadingState::start()
{
    m_hasProgress = false;
    m_words->setText({});
    reveal(false);
    m_delay->start();
}

void LoadingState::stop()
{
    m_delay->stop();
    reveal(false);
}

void LoadingState::setProgress(qint64 done, qint64 total, const QString& words)
{
    m_hasProgress = total > 0;
    m_bar->setShare(m_hasProgress ? double(done) / double(total) : 0);
    m_words->setText(words);
    if (m_isRevealed) {
        reveal(true);
    }
}

void LoadingState::setCancellable(bool cancellable)
{
    m_isCancellable = cancellable;
    if (m_isRevealed) {
        reveal(true);
    }
}

void LoadingState::reveal(bool visible)
{
    m_isRevealed = visible;
    m_skeleton->setVisible(visible);
    m_bar->setVisible(visible && m_hasProgress);
    m_words->setVisible(visible);
    m_cancel->setVisible(visible && m_isCancellable);
}

} // namespace ui::widgets
