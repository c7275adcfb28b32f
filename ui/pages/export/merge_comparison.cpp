// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/merge_comparison.h"

#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/export/number_cell.h"
#include "ui/theme/theme.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace ui::pages::exporting {

using engine::contract::Value;
using namespace Qt::StringLiterals;

MergeComparison::MergeComparison(QWidget* parent)
    : Card(tr("Both merges"), {}, parent), m_model(new QStandardItemModel(this)),
      m_table(new widgets::TableView),
      m_words(new widgets::PlainLabel({}, Type::Small, Tone::Secondary))
{
    setFlush(true);
    m_model->setHorizontalHeaderLabels({tr("Merged into"),
                                        tr("Largest |Δ logit|"),
                                        tr("Mean KL"),
                                        tr("Same top token"),
                                        tr("Loss")});
    for (int column = 1; column < m_model->columnCount(); ++column) {
        m_model->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    m_table->setAccessibleName(tr("Differences of both merges"));
    m_table->setModel(m_model);
    m_table->setStretchColumn(0);
    m_table->setFitsContent(true);
    m_words->setWrapping(true);
    m_words->setContentsMargins(theme().px(16), theme().px(10), theme().px(16), theme().px(12));
    body()->addWidget(m_table);
    body()->addWidget(m_words);
    hide();
}

void MergeComparison::setComparison(const Value& comparison)
{
    const QString written = app::qs(comparison["written"].toString());
    const Value::List& merges = comparison["merges"].toList();
    setVisible(!merges.empty());
    m_model->removeRows(0, m_model->rowCount());
    bool hasLoss = comparison["nll"].isNumber();
    for (const Value& merge : merges) {
        const QString base = app::qs(merge["base"].toString());
        const QString name = base == "dequantized"_L1 ? tr("Weights as they were trained on")
                                                      : tr("Original weights");
        auto* title = textCell(base == written ? tr("%1 (written)").arg(name) : name);
        title->setData(base == written, widgets::StrongRole);
        const Value& loss = merge["nll"];
        hasLoss = hasLoss || loss.isNumber();
        m_model->appendRow(
            {title,
             numberCell(merge["max_abs_diff"]),
             numberCell(merge["mean_kl"]),
             shareCell(merge["top1_agreement"]),
             textCell(loss.isNumber() ? app::formatLoss(loss.toDouble()) : app::noValue(), true)});
    }
    m_table->setColumnHidden(m_model->columnCount() - 1, !hasLoss);
    const QString kind = app::qs(comparison["quantization"].toString());
    setFact(tr("against the adapter on the base in %1").arg(kind));
    const QString reference = comparison["nll"].isNumber()
                                  ? tr("The adapter on that base has a loss of %1.")
                                        .arg(app::formatLoss(comparison["nll"].toDouble()))
                                  : QString();
    const QString words =
        merges.size() == 1
            ? tr("The base is stored packed: there are no original weights to merge into.")
            : tr("The original weights are more exact, those it was trained on are the ones the "
                 "adapter knows. The smaller difference is the safer merge.");
    m_words->setText(reference.isEmpty() ? words : QString(reference + u' ' + words));
    m_table->updateGeometry();
}

} // namespace ui::pages::exporting
