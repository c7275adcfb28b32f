// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/mix_panel.h"

#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/dialogs/dialogs.h"
#include "ui/page/file_filters.h"
#include "ui/page/page.h"
#include "ui/pages/train/data_choice.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/job_facts.h"
#include "ui/pages/train/mix_table.h"
#include "ui/theme/icon.h"
#include "ui/theme/theme.h"
#include "ui/widgets/combo_box.h"

#include <QSignalBlocker>
#include <QVBoxLayout>

namespace ui::pages::train {

namespace {

using engine::contract::Value;

const QString kMix = QStringLiteral("data.mix");
// The entry that asks for another file, where paths stand.
const QString kOther = QStringLiteral("\n");

} // namespace

MixPanel::MixPanel(JobDraft& draft, JobFacts& facts, PageContext& context, QWidget* parent)
    : QWidget(parent), m_draft(draft), m_facts(facts), m_context(context), m_table(new MixTable),
      m_more(new widgets::ComboBox)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(8));
    layout->addWidget(m_table);
    layout->addWidget(m_more);
    m_more->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_more->setMinimumContentsLength(6);
    m_more->setPlaceholderText(tr("Train with more data…"));
    m_more->setAccessibleName(tr("Train with more data…"));
    connect(m_more, &QComboBox::activated, this, [this] {
        const QString path = m_more->currentData().toString();
        follow(); // nothing stays chosen
        path == kOther ? pick() : add({path});
    });
    connect(m_table, &MixTable::weightChosen, this, [this](int source, double weight) {
        Value::List sources = mixOf(m_draft).toList();
        sources[std::size_t(source)].set("weight", weight);
        use(Value(std::move(sources)), QStringLiteral("data.mix.%1").arg(source));
    });
    connect(m_table, &MixTable::weightCommitted, this, [this] { m_draft.endStep(); });
    connect(m_table, &MixTable::removed, this, [this](int source) {
        Value::List sources = mixOf(m_draft).toList();
        sources.erase(sources.begin() + source);
        use(Value(std::move(sources)));
    });
    connect(&facts, &JobFacts::dataChanged, this, &MixPanel::follow);
    connect(&context.studio.library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::Datasets) {
                    fill();
                }
            });
    fill();
    hide(); // until it is followed
}

QString MixPanel::words() const
{
    const auto count = static_cast<int>(m_draft.value(kMix).toList().size());
    return count > 0 ? tr("%n file(s) together", nullptr, count) : tr("Choose data");
}

void MixPanel::fill()
{
    const QSignalBlocker blocker(m_more);
    m_more->clear();
    const QIcon symbol = icon(QStringLiteral("data"));
    if (const auto sets = m_context.studio.library().datasets().list()) {
        for (const app::library::Dataset& set : sets.value()) {
            m_more->addItem(symbol, set.name, set.path);
            m_more->setItemData(m_more->count() - 1, set.path, Qt::ToolTipRole);
        }
    }
    m_more->addItem(icon(QStringLiteral("plus")), tr("Other data…"), kOther);
    m_more->setCurrentIndex(-1);
}

void MixPanel::follow()
{
    const bool isUsable = m_draft.isReady() && canMix(m_draft);
    setVisible(isUsable && !mixOf(m_draft).toList().empty());
    if (isUsable) {
        m_table->setSources(m_draft.value(kMix), m_facts.data().value["sources"]);
    }
    const QSignalBlocker blocker(m_more);
    m_more->setCurrentIndex(-1);
}

void MixPanel::add(const QStringList& paths)
{
    Value sources = mixOf(m_draft);
    for (const QString& path : paths) {
        sources.append(mixSource(m_context.studio.library(), m_context.studio.paths(), path));
    }
    use(sources);
}

void MixPanel::pick()
{
    m_context.dialogs.openFiles(
        this, tr("Choose more training data"), dataFileFilter(), [this](const QStringList& paths) {
            for (const QString& path : paths) {
                m_context.studio.intake().addData(path);
            }
            add(paths);
        });
}

void MixPanel::use(const Value& sources, const QString& mergeKey)
{
    m_draft.editMany(tr("Data"), mixChoice(m_draft, sources), mergeKey);
}

} // namespace ui::pages::train
