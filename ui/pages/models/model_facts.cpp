// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/models/model_facts.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/models/model_list_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/command_box.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::models {

namespace {

using engine::contract::Value;
using namespace Qt::StringLiterals;
using widgets::FactList;
using Fact = FactList::Fact;

// More than this many problems are told by their number.
constexpr std::size_t kMostProblems = 5;

// "<|endoftext|> 151643", or `none`.
Fact tokenFact(const QString& key, const Value& tokenizer, const char* which, const QString& none)
{
    const Value& id = tokenizer[which];
    if (id.isNull()) {
        return {key, none};
    }
    const QString text = app::qs(tokenizer[std::string(which) + "_token"].toString());
    const QString shown = text.isEmpty() ? QString::number(id.toInteger())
                                         : QString(text + u' ' + QString::number(id.toInteger()));
    return {key, shown, FactList::Style::Mono};
}

} // namespace

ModelFacts::ModelFacts(QWidget* parent)
    : QWidget(parent), m_overviewCard(new widgets::Card(tr("Overview"))),
      m_verdict(new widgets::Chip(tr("no problems"), widgets::Chip::Kind::Ok)),
      m_overview(new FactList), m_problems(new QVBoxLayout), m_tokenizer(new FactList),
      m_tokenizerNote(new widgets::MessageBar(widgets::MessageBar::Severity::Info)),
      m_templateCard(new widgets::Card(tr("Chat template"), tr("preview"))),
      m_template(new widgets::CommandBox),
      m_noTemplate(new widgets::PlainLabel(
          tr("This model has none. Conversations are written as plain text with headings."),
          Type::Small,
          Tone::Tertiary))
{
    m_overviewCard->addHeaderWidget(m_verdict);
    m_overviewCard->body()->addWidget(m_overview);
    m_problems->setSpacing(theme().px(8));
    m_overviewCard->body()->addLayout(m_problems);
    auto* tokenizerCard = new widgets::Card(tr("Tokenizer"));
    tokenizerCard->body()->addWidget(m_tokenizer);
    tokenizerCard->body()->addWidget(m_tokenizerNote);
    m_template->setMaximumLines(14);
    m_template->setWrapping(true);
    m_noTemplate->setWrapping(true);
    m_templateCard->body()->addWidget(m_template);
    m_templateCard->body()->addWidget(m_noTemplate);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(16));
    layout->addWidget(m_overviewCard);
    layout->addWidget(tokenizerCard);
    layout->addWidget(m_templateCard);
    layout->addStretch(1);
}

void ModelFacts::setModel(const Value& model)
{
    const Value& parameters = model["parameters"];
    const qint64 total = parameters["total"].toInteger();
    const qint64 embedding = parameters["embedding"].toInteger();
    const double share = total > 0 ? double(embedding) / double(total) : 0;
    m_overview->setFacts({
        {tr("Family"), app::qs(model["family"].toString())},
        {tr("Parameters"), app::formatCount(total)},
        {model["tied"].toBool() ? tr("Embedding, tied") : tr("Embedding"),
         app::formatShort(embedding) + u" · "_s + app::formatPercent(share)},
        {tr("Layers × width"),
         app::formatCount(model["layers"].toInteger()) + u" × "_s
             + app::formatCount(model["hidden_size"].toInteger())},
        {tr("Context"), tr("%1 tokens").arg(app::formatCount(model["context"].toInteger()))},
        {tr("Weights"),
         shortDtype(app::qs(model["dtype"].toString())) + u" · "_s
             + app::formatBytes(parameters["bytes"].toInteger())},
        {tr("Modules"), app::formatCount(qint64(model["modules"].toList().size()))},
    });
    showPacking(model["quantization"]);
    showProblems(model);
    showTokenizer(model["tokenizer"]);
    showTemplate(model);
}

// A model whose linear layers are stored packed, as bitsandbytes does.
void ModelFacts::showPacking(const Value& packing)
{
    if (!packing.isObject()) {
        return;
    }
    const QString kind = app::qs(packing["kind"].toString());
    m_overview->addFact(
        {tr("Packed as"),
         packing["double_quant"].toBool() ? tr("%1, scales packed too").arg(kind) : kind});
    m_overview->addFact({tr("Packed layers"),
                         tr("%1 · %2").arg(app::formatCount(packing["modules"].toInteger()),
                                           app::formatBytes(packing["bytes"].toInteger()))});
    if (packing["bytes_per_parameter"].isNumber()) {
        m_overview->addFact(
            {tr("A packed weight"),
             tr("%1 bytes").arg(app::formatNumber(packing["bytes_per_parameter"].toDouble(), 4))});
    }
}

void ModelFacts::showProblems(const Value& model)
{
    while (QLayoutItem* item = m_problems->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto& problems = model["problems"].toList();
    const int count = static_cast<int>(problems.size());
    m_verdict->setText(count == 0 ? tr("no problems") : tr("%n problem(s)", nullptr, count));
    m_verdict->setKind(count == 0 ? widgets::Chip::Kind::Ok : widgets::Chip::Kind::Warning);
    m_verdict->setIconName(count == 0 ? u"check"_s : u"warning"_s);
    for (std::size_t i = 0; i < std::min(problems.size(), kMostProblems); ++i) {
        m_problems->addWidget(
            new widgets::MessageBar(widgets::MessageBar::Severity::Warning,
                                    app::engineText(problems[i]["message"].toString()),
                                    app::qs(problems[i]["tensor"].toString())));
    }
    if (problems.size() > kMostProblems) {
        m_problems->addWidget(new widgets::PlainLabel(
            tr("and %n more", nullptr, count - static_cast<int>(kMostProblems)),
            Type::Small,
            Tone::Tertiary));
    }
}

void ModelFacts::showTokenizer(const Value& tokenizer)
{
    m_tokenizerNote->hide();
    if (tokenizer.isNull()) {
        m_tokenizer->setFacts({});
        m_tokenizerNote->setSeverity(widgets::MessageBar::Severity::Warning);
        m_tokenizerNote->setText(tr("There is no tokenizer that can be read."),
                                 tr("This model can be looked at, but not trained or asked."));
        m_tokenizerNote->show();
        return;
    }
    const QString none = tr("none", "the tokenizer has no such token");
    m_tokenizer->setFacts({
        {tr("Kind"), app::qs(tokenizer["kind"].toString())},
        {tr("Vocabulary"), app::formatCount(tokenizer["vocabulary"].toInteger())},
        tokenFact(tr("BOS"), tokenizer, "bos", none),
        tokenFact(tr("EOS"), tokenizer, "eos", none),
        tokenFact(tr("Pad"), tokenizer, "pad", none),
    });
    if (!tokenizer["pad"].isNull() && tokenizer["pad"] == tokenizer["eos"]) {
        m_tokenizerNote->setSeverity(widgets::MessageBar::Severity::Info);
        m_tokenizerNote->setText(
            {}, tr("Pad and EOS are the same token. Ends of answers stay trained."));
        m_tokenizerNote->show();
    }
}

void ModelFacts::showTemplate(const Value& model)
{
    const QString preview = app::qs(model["template_preview"].toString());
    const QString source = app::qs(model["chat_template"].toString());
    const bool has = !source.isEmpty();
    m_templateCard->setFact(!has                ? QString()
                            : preview.isEmpty() ? tr("as written in the model")
                                                : tr("preview"));
    m_template->setText(preview.isEmpty() ? source : preview);
    m_template->setVisible(has);
    m_noTemplate->setVisible(!has);
}

} // namespace ui::pages::models
