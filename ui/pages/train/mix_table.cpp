// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/mix_table.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "engine/contract/job.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"

#include <QFileInfo>
#include <QGridLayout>

namespace ui::pages::train {

namespace {

using engine::contract::Value;
using widgets::NumberField;

enum Column { Name, Rows, Weight, Remove };

constexpr int kWeightWidth = 64;

std::vector<std::string> pathsOf(const Value& sources)
{
    std::vector<std::string> paths;
    for (const Value& source : sources.toList()) {
        paths.push_back(source["path"].toString());
    }
    return paths;
}

} // namespace

MixTable::MixTable(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(theme().px(8));
    m_grid->setVerticalSpacing(theme().px(4));
    m_grid->setColumnStretch(Name, 1);
    setAccessibleName(tr("Files that are trained together"));
    hide();
}

void MixTable::setSources(const Value& sources, const Value& facts)
{
    const bool isSame = pathsOf(sources) == pathsOf(m_sources);
    m_sources = sources;
    if (!isSame) {
        while (QLayoutItem* item = m_grid->takeAt(0)) {
            item->widget()->hide();
            item->widget()->deleteLater();
            delete item;
        }
        if (!sources.toList().empty()) {
            addHeader();
        }
        for (int source = 0; source < int(sources.toList().size()); ++source) {
            addRow(source);
        }
    }
    setVisible(!sources.toList().empty());
    for (int source = 0; source < int(sources.toList().size()); ++source) {
        auto* field =
            qobject_cast<NumberField*>(m_grid->itemAtPosition(source + 1, Weight)->widget());
        const double weight = sources.toList()[std::size_t(source)]["weight"].toDouble(1);
        if (field->value() != weight) {
            field->setValue(weight);
        }
    }
    showFacts(facts);
}

void MixTable::addHeader()
{
    const std::pair<Column, QString> words[] = {
        {Name, tr("File")}, {Rows, tr("Rows")}, {Weight, tr("Weight")}};
    for (const auto& [column, word] : words) {
        auto* label = new widgets::PlainLabel(word, Type::Small, Tone::Tertiary);
        label->setAlignment(column == Rows ? Qt::AlignRight | Qt::AlignVCenter
                                           : Qt::AlignLeft | Qt::AlignVCenter);
        if (column == Weight) {
            label->setToolTip(tr("How often the rows of the file are seen in an epoch: 2 = twice, "
                                 "0.5 = half of them, others each time"));
        }
        m_grid->addWidget(label, 0, column);
    }
}

void MixTable::addRow(int source)
{
    const QString path = app::qs(m_sources.toList()[std::size_t(source)]["path"].toString());
    const QString file = QFileInfo(path).fileName();
    auto* name = new widgets::ElidedLabel(file, Type::Small);
    name->setToolTip(path);
    auto* rows = new widgets::PlainLabel({}, Type::Small, Tone::Secondary);
    rows->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* weight = new NumberField(NumberField::Kind::Real);
    weight->setRange(engine::contract::kLeastWeight, engine::contract::kMostWeight);
    weight->setStep(0, 2);
    weight->setFixedWidth(theme().px(kWeightWidth));
    weight->setAccessibleName(tr("Weight of %1").arg(file));
    auto* remove = new widgets::IconButton(QStringLiteral("close"), tr("Leave out %1").arg(file));
    m_grid->addWidget(name, source + 1, Name);
    m_grid->addWidget(rows, source + 1, Rows);
    m_grid->addWidget(weight, source + 1, Weight);
    m_grid->addWidget(remove, source + 1, Remove);
    connect(weight, &NumberField::edited, this, [this, weight, source] {
        if (const auto value = weight->value(); value && weight->isInRange()) {
            Q_EMIT weightChosen(source, *value);
        }
    });
    connect(weight, &NumberField::committed, this, &MixTable::weightCommitted);
    connect(remove, &QAbstractButton::clicked, this, [this, source] { Q_EMIT removed(source); });
}

void MixTable::showFacts(const Value& facts)
{
    const std::size_t count = m_sources.toList().size();
    const bool isKnown = facts.toList().size() == count;
    for (std::size_t source = 0; source < count; ++source) {
        auto* rows = qobject_cast<widgets::PlainLabel*>(
            m_grid->itemAtPosition(int(source) + 1, Rows)->widget());
        if (!isKnown) {
            rows->setText(app::noValue());
            continue;
        }
        const Value& fact = facts.toList()[source];
        const Value& share = fact["share"];
        rows->setText(app::formatCount(fact["good"].toInteger()));
        rows->setToolTip(share.isNumber() ? tr("%1 of the trained tokens of an epoch")
                                                .arg(app::formatPercent(share.toDouble()))
                                          : QString());
    }
}

} // namespace ui::pages::train
