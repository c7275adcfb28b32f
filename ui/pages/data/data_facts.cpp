// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/data_facts.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/data/check_row.h"
#include "ui/pages/data/data_measure.h"
#include "ui/pages/data/share_bar.h"
#include "ui/pages/data/template_card.h"
#include "ui/pages/data/token_sample.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/plain_label.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Value;
using namespace Qt::StringLiterals;
using Outcome = CheckRow::Outcome;

int count(const Value& value)
{
    return static_cast<int>(value.toInteger());
}

} // namespace

DataFacts::DataFacts(DataMeasure& measure, app::engine::EngineService& engine, QWidget* parent)
    : QWidget(parent), m_measure(measure), m_file(new widgets::FactList)
{
    auto* fileCard = new widgets::Card(tr("File"));
    fileCard->body()->addWidget(m_file);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(16));
    layout->addWidget(makeTrainedCard());
    layout->addWidget(makeCheckCard());
    layout->addWidget(new TemplateCard(measure, engine));
    layout->addWidget(fileCard);
    layout->addStretch(1);
    connect(&measure, &DataMeasure::started, this, &DataFacts::follow);
    connect(&measure, &DataMeasure::measured, this, [this] {
        m_loading->stop();
        m_loading->hide();
        showMeasures(m_measure.answer());
    });
    connect(&measure, &DataMeasure::failed, this, [this](const Error& error) {
        m_loading->stop();
        m_loading->hide();
        showFailure(error);
    });
    follow();
}

QWidget* DataFacts::makeTrainedCard()
{
    m_trainedCard = new widgets::Card(tr("What is trained"));
    m_share = new widgets::PlainLabel({}, Type::Display);
    m_total = new widgets::PlainLabel({}, Type::Body, Tone::Tertiary);
    m_bar = new ShareBar;
    m_longest = new widgets::FactList;
    auto* figure = new QHBoxLayout;
    figure->setSpacing(theme().px(8));
    figure->addWidget(m_share, 0, Qt::AlignBottom);
    figure->addWidget(m_total, 1, Qt::AlignBottom);
    m_trainedCard->body()->addLayout(figure);
    m_trainedCard->body()->addWidget(m_bar);
    m_trainedCard->body()->addWidget(m_longest);
    return m_trainedCard;
}

QWidget* DataFacts::makeCheckCard()
{
    m_checkCard = new widgets::Card(tr("Tokenizer check"));
    m_verdict = new widgets::Chip({});
    m_checkCard->addHeaderWidget(m_verdict);
    m_loading = new widgets::LoadingState;
    m_checks = new QVBoxLayout;
    m_checks->setSpacing(theme().px(12));
    m_checkCard->body()->addWidget(m_loading);
    m_checkCard->body()->addLayout(m_checks);
    return m_checkCard;
}

void DataFacts::setFile(const app::library::Dataset& dataset, const QString& formatName)
{
    m_file->setFacts({
        {tr("Format"), formatName},
        {tr("Rows"), app::formatCount(dataset.rows)},
        {tr("Dropped"),
         app::formatCount(dataset.dropped),
         widgets::FactList::Style::Normal,
         dataset.dropped > 0 ? Tone::Warning : Tone::Normal},
        {tr("Columns"), dataset.columns.join(u", "_s)},
        {tr("Size"), app::formatBytes(dataset.bytes)},
        {tr("Content"), app::shortHash(dataset.sha256), widgets::FactList::Style::Mono},
    });
}

void DataFacts::follow()
{
    clearChecks();
    m_trainedCard->hide();
    m_checkCard->setVisible(m_measure.canMeasure());
    m_verdict->hide();
    m_loading->setVisible(m_measure.isPending());
    if (m_measure.isPending()) {
        m_loading->start();
    }
}

void DataFacts::showMeasures(const Value& answer)
{
    showShare(answer["lengths"]);
    showChecks(answer);
}

void DataFacts::showShare(const Value& lengths)
{
    const double tokens = lengths["tokens"].toDouble();
    const qint64 trained = lengths["trained_tokens"].toInteger();
    const qint64 special = lengths["special_tokens"].toInteger();
    const qint64 context = lengths["context_tokens"].toInteger();
    m_trainedCard->setVisible(tokens > 0);
    m_share->setText(app::formatPercent(tokens > 0 ? double(trained) / tokens : 0, 0));
    m_total->setText(tr("of %1 tokens").arg(app::formatShort(qint64(tokens))));
    m_bar->setAmounts(trained, context, special);
    m_longest->setFacts({{tr("Longest row"),
                          tr("%1 tokens").arg(app::formatCount(lengths["maximum"].toInteger()))}});
}

void DataFacts::showChecks(const Value& answer)
{
    clearChecks();
    const Value& lengths = answer["lengths"];
    const Value& findings = answer["findings"];
    bool isReady = lengths["samples"].toInteger() > 0;
    const auto check = [this](Outcome outcome, const QString& title, const QString& detail) {
        m_checks->addWidget(new CheckRow(outcome, title, detail));
    };
    const int withoutEnd = count(findings["no_end_of_turn"]);
    if (withoutEnd == 0) {
        check(Outcome::Good, tr("Every answer ends with a stop token"), {});
    } else {
        check(Outcome::Warning,
              tr("%n answer(s) do not end with a stop token", nullptr, withoutEnd),
              tr("The model may not learn to stop."));
    }
    const int empty = static_cast<int>(lengths["dropped"].toList().size());
    if (empty == 0) {
        check(Outcome::Good, tr("No row without trained tokens"), {});
    } else {
        check(Outcome::Warning,
              tr("%n row(s) leave nothing to train on", nullptr, empty),
              tr("They are left out."));
    }
    const int cut = count(lengths["truncated"]);
    if (cut > 0) {
        check(Outcome::Warning,
              tr("%n row(s) are longer than the limit and cut", nullptr, cut),
              tr("%n answer(s) lose their end.", nullptr, count(lengths["truncated_answers"])));
    }
    for (const auto& [name, samples] : findings.toObject()) {
        if (name != "no_end_of_turn") {
            check(Outcome::Note,
                  findingText(app::qs(name)),
                  tr("in %n row(s)", nullptr, count(samples)));
            isReady = isReady && name != "answer_not_found";
        }
    }
    m_verdict->setText(isReady ? tr("ready to train") : tr("not ready"));
    m_verdict->setKind(isReady ? widgets::Chip::Kind::Ok : widgets::Chip::Kind::Warning);
    m_verdict->show();
}

void DataFacts::showFailure(const Error& error)
{
    clearChecks();
    m_checks->addWidget(new CheckRow(
        Outcome::Warning, app::engineText(error.message), app::engineText(error.hint)));
    m_verdict->setText(tr("not ready"));
    m_verdict->setKind(widgets::Chip::Kind::Warning);
    m_verdict->show();
}

void DataFacts::clearChecks()
{
    while (QLayoutItem* item = m_checks->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

} // namespace ui::pages::data
