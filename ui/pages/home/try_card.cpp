// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/home/try_card.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/studio/studio.h"
#include "ui/pages/home/step_tile.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace ui::pages::home {

using namespace Qt::StringLiterals;
using app::engine::EngineService;

namespace {

QLabel* makeArrow()
{
    constexpr int kIcon = 16;
    auto* arrow = new QLabel;
    const auto tint = [arrow] {
        arrow->setPixmap(icon(u"chevron_right"_s, IconRole::Normal).pixmap(kIcon, kIcon));
    };
    tint();
    QObject::connect(&theme(), &Theme::changed, arrow, tint);
    return arrow;
}

const app::runs::RunInfo* newestTry(app::runs::RunCenter& center)
{
    for (const app::runs::RunInfo& run : center.runs()) {
        if (run.name == app::studio::Sample::runName()
            && run.status == app::runs::RunStatus::Finished) {
            return &run;
        }
    }
    return nullptr;
}

} // namespace

TryCard::TryCard(PageContext& context, QWidget* parent)
    : Card({}, {}, parent), m_context(context), m_model(new StepTile(u"model"_s, tr("Small talk"))),
      m_data(new StepTile(u"data"_s, tr("Pirate talk"))),
      m_adapter(new StepTile(u"adapters"_s, tr("Your adapter"))),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error))
{
    auto* words = new widgets::PlainLabel(
        tr("Train the sample model to answer like a pirate, then compare before and after. "
           "Everything is on this computer."),
        Type::Body,
        Tone::Secondary);
    words->setWrapping(true);
    m_failure->hide();
    const int inner = theme().px(8);
    body()->setContentsMargins(inner + body()->contentsMargins().left(),
                               theme().px(18),
                               inner + body()->contentsMargins().right(),
                               theme().px(18));
    body()->addWidget(new widgets::PlainLabel(tr("Try it now"), Type::Title));
    body()->addWidget(words);
    body()->addSpacing(theme().px(6));
    body()->addWidget(makeSteps());
    body()->addWidget(m_failure);
    body()->addStretch();
    body()->addSpacing(theme().px(6));
    body()->addWidget(makeActions());

    app::Studio& studio = m_context.studio;
    connect(&studio.sample(), &app::studio::Sample::changed, this, &TryCard::showFacts);
    connect(&studio.runs(), &app::runs::RunCenter::listChanged, this, &TryCard::showFacts);
    connect(&studio.runs(), &app::runs::RunCenter::changed, this, &TryCard::showState);
    connect(&studio.engine(), &EngineService::stateChanged, this, &TryCard::showState);
    studio.sample().learnFacts();
    showFacts();
}

QWidget* TryCard::makeSteps()
{
    auto* steps = new QWidget;
    auto* row = new QHBoxLayout(steps);
    row->setContentsMargins({});
    row->setSpacing(theme().px(8));
    row->addWidget(m_model, 1);
    row->addWidget(makeArrow());
    row->addWidget(m_data, 1);
    row->addWidget(makeArrow());
    row->addWidget(m_adapter, 1);
    return steps;
}

QWidget* TryCard::makeActions()
{
    m_start = widgets::primaryButton(tr("Train the sample"), u"play"_s);
    m_start->setObjectName(u"train_sample"_s); // the demonstration presses it
    m_result = widgets::normalButton(tr("Show the result"), u"runs"_s);
    auto* own = widgets::normalButton(tr("Use my own model and data…"), u"folder"_s);
    m_words = new widgets::PlainLabel({}, Type::Small, Tone::Secondary);
    m_words->setWrapping(true);
    m_words->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(m_start, &QAbstractButton::clicked, this, &TryCard::start);
    connect(m_result, &QAbstractButton::clicked, this, [this] {
        m_context.navigator.go({u"runs"_s, m_lastRun});
    });
    connect(own, &QAbstractButton::clicked, this, [this] { m_context.navigator.go({u"train"_s}); });

    auto* actions = new QWidget;
    auto* row = new QHBoxLayout(actions);
    row->setContentsMargins({});
    row->setSpacing(theme().px(8));
    row->addWidget(m_start);
    row->addWidget(m_result);
    row->addWidget(own);
    row->addWidget(m_words, 1);
    return actions;
}

void TryCard::start()
{
    m_failure->hide();
    m_context.studio.sample().start([this](const ::engine::contract::Result<QString>& started) {
        if (!started) {
            m_failure->setText(app::errorSentence(started.error()),
                               app::errorDetail(started.error()));
            m_failure->show();
        } else if (!started.value().isEmpty()) {
            m_context.navigator.go({u"runs"_s, started.value()});
        }
        showState();
    });
    showState();
}

void TryCard::showFacts()
{
    const app::studio::Sample::Facts& facts = m_context.studio.sample().facts();
    if (facts.parameters > 0) {
        m_model->setFact(
            tr("%1 parameters · %2")
                .arg(app::formatShort(facts.parameters), app::formatBytes(facts.modelBytes)));
    }
    if (facts.rows > 0) {
        m_data->setFact(tr("%1 conversations · %2")
                            .arg(app::formatCount(facts.rows), app::formatBytes(facts.dataBytes)));
    }
    const app::runs::RunInfo* last = newestTry(m_context.studio.runs());
    m_lastRun = last ? last->folder : QString();
    if (last) {
        m_adapter->setFact(
            tr("trained in %1, %2")
                .arg(app::formatDuration(last->seconds), app::formatMoment(last->ended)));
    } else if (facts.trainable > 0) {
        m_adapter->setFact(
            tr("%1 parameters · %2")
                .arg(app::formatShort(facts.trainable), app::formatBytes(facts.adapterBytes)));
    }
    m_result->setVisible(last != nullptr);
    showState();
}

void TryCard::showState()
{
    app::Studio& studio = m_context.studio;
    const bool isReady = studio.engine().state() == EngineService::State::Ready;
    m_start->setEnabled(isReady && studio.sample().isAvailable() && !studio.sample().isStarting());
    m_words->setText(stateWords());
}

QString TryCard::stateWords() const
{
    app::Studio& studio = m_context.studio;
    if (!studio.sample().isAvailable()) {
        return tr("This program came without its samples.");
    }
    switch (studio.engine().state()) {
    case EngineService::State::Starting:
        return tr("The engine is starting.");
    case EngineService::State::Failed:
    case EngineService::State::Incompatible:
        return tr("The engine does not run; see below.");
    case EngineService::State::Ready:
        break;
    }
    if (studio.sample().isStarting()) {
        return tr("Copying the sample.");
    }
    for (const app::runs::QueuedJob& job : studio.runs().queue()) {
        if (job.name == app::studio::Sample::runName()) {
            return tr("It waits in the queue.");
        }
    }
    const app::runs::RunInfo* current = studio.runs().current();
    if (!current) {
        return tr("%n short step(s)", nullptr, int(studio.sample().facts().steps));
    }
    return current->secondsLeft > 0
               ? tr("Starts after %1, in about %2")
                     .arg(current->name, app::formatDuration(current->secondsLeft))
               : tr("Starts after %1").arg(current->name);
}

} // namespace ui::pages::home
