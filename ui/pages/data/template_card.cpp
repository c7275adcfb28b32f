// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/template_card.h"

#include "app/base/engine_text.h"
#include "app/base/text.h"
#include "app/engine/engine_service.h"
#include "ui/pages/data/data_measure.h"
#include "ui/pages/data/template_answer.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

namespace ui::pages::data {

namespace {

using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;

// Whose tokens they are, and below them the tokens.
QWidget* sideRow(const TemplateAnswer::Side& side)
{
    auto* row = new QWidget;
    auto* tokens = new widgets::PlainLabel(side.tokens, Type::MonoSmall);
    tokens->setWrapping(true);
    tokens->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    tokens->setAccessibleName(side.name);
    auto* layout = new QVBoxLayout(row);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(2));
    layout->addWidget(new widgets::PlainLabel(side.name, Type::Caption, Tone::Tertiary));
    layout->addWidget(tokens);
    return row;
}

} // namespace

TemplateCard::TemplateCard(DataMeasure& measure,
                           app::engine::EngineService& engine,
                           QWidget* parent)
    : Card(tr("Template check"), {}, parent), m_measure(measure), m_engine(engine),
      m_verdict(new widgets::Chip({})), m_loading(new widgets::LoadingState),
      m_lines(new QVBoxLayout), m_name(new widgets::FactList)
{
    addHeaderWidget(m_verdict);
    m_lines->setSpacing(theme().px(12));
    body()->addWidget(m_loading);
    body()->addLayout(m_lines);
    body()->addWidget(m_name);
    connect(&measure, &DataMeasure::started, this, &TemplateCard::start);
    // Edits are measured without a new start; what they changed is asked again.
    connect(&measure, &DataMeasure::measured, this, [this] {
        if (!m_measure.source().edits.isEmpty() || !m_edits.isEmpty()) {
            ask();
        }
    });
    start();
}

void TemplateCard::start()
{
    clear();
    setVisible(m_measure.canMeasure());
    m_engine.cancel(m_question);
    m_question.clear();
    if (m_measure.canMeasure()) {
        m_loading->show();
        m_loading->start();
        ask();
    }
}

void TemplateCard::ask()
{
    m_engine.cancel(m_question);
    m_edits = m_measure.source().edits;
    Value question = m_measure.source().edited();
    question.set("model", app::stdString(m_measure.model()));
    m_question = m_engine.ask(
        u"inspect template"_s, std::move(question), this, [this](const Result<Value>& answer) {
            m_question.clear();
            m_loading->stop();
            clear();
            // What cannot be read at all is told by the tokenizer's check.
            setVisible(answer.ok());
            if (answer.ok()) {
                show_(answer.value());
            }
        });
}

void TemplateCard::show_(const Value& answer)
{
    const TemplateAnswer read = readTemplateAnswer(answer);
    for (const TemplateAnswer::Line& line : read.lines) {
        m_lines->addWidget(new CheckRow(line.outcome, line.title, line.detail));
    }
    for (const TemplateAnswer::Side& side : read.sides) {
        m_lines->addWidget(sideRow(side));
    }
    m_name->setFacts({{tr("Template"), read.templateName}});
    m_name->show();
    m_verdict->setText(read.isSame ? tr("the same everywhere") : tr("not the same"));
    m_verdict->setKind(read.isSame ? widgets::Chip::Kind::Ok : widgets::Chip::Kind::Warning);
    m_verdict->show();
}

void TemplateCard::clear()
{
    while (QLayoutItem* item = m_lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_name->hide();
    m_verdict->hide();
    m_loading->hide();
}

} // namespace ui::pages::data
