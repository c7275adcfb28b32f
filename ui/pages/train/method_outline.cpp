// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/method_outline.h"

#include "app/base/engine_text.h"
#include "engine/contract/catalog.h"
#include "ui/page/method_kind.h"
#include "ui/pages/train/part_bars.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plain_label.h"

#include <QVBoxLayout>

namespace ui::pages::train {

using app::engineText;
using engine::contract::Value;
using widgets::PlainLabel;

MethodOutline::MethodOutline(QWidget* parent)
    : QScrollArea(parent), m_summary(new PlainLabel({}, Type::BodyStrong)),
      m_consequence(new PlainLabel({}, Type::Body, Tone::Secondary)),
      m_heading(new PlainLabel(tr("What is trained"), Type::Label, Tone::Secondary)),
      m_bars(new PartBars),
      m_unknown(new PlainLabel(tr("Known when a model is chosen."), Type::Body, Tone::Tertiary))
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(theme().px(16), theme().px(16), theme().px(16), theme().px(16));
    layout->setSpacing(theme().px(6));
    for (PlainLabel* label : {m_summary, m_consequence}) {
        label->setWrapping(true);
        layout->addWidget(label);
    }
    layout->addSpacing(theme().px(14));
    layout->addWidget(m_heading);
    layout->addSpacing(theme().px(4));
    layout->addWidget(m_bars);
    layout->addWidget(m_unknown);
    layout->addStretch(1);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    setParts({});
}

void MethodOutline::setMethod(const engine::contract::CatalogEntry* method)
{
    m_summary->setText(method != nullptr ? engineText(method->summary) : QString());
    m_consequence->setText(method != nullptr ? methodKind(method->approach).consequence
                                             : QString());
}

void MethodOutline::setParts(const Value& parts)
{
    std::vector<TrainedPart> trained;
    for (const Value& part : parts.toList()) {
        const auto layers = static_cast<int>(part["layers"].toInteger());
        trained.push_back({engineText(part["name"].toString()),
                           layers > 0 ? tr("in %n layers", nullptr, layers) : QString(),
                           part["parameters"].toInteger()});
    }
    m_bars->setVisible(!trained.empty());
    m_unknown->setVisible(trained.empty());
    m_bars->setParts(std::move(trained));
}

} // namespace ui::pages::train
