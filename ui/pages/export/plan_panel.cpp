// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/plan_panel.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/export/format_card.h"
#include "ui/pages/export/rank_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/command_box.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/field_frame.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;
using app::library::Adapter;
using widgets::FieldFrame;

namespace {

constexpr double kLargestScale = 1000;
constexpr qint64 kGigabyte = 1'000'000'000;

QHBoxLayout* row(std::initializer_list<std::pair<QWidget*, int>> widgets)
{
    auto* layout = new QHBoxLayout;
    layout->setSpacing(theme().px(8));
    for (const auto& [widget, stretch] : widgets) {
        layout->addWidget(widget, stretch, Qt::AlignTop);
    }
    return layout;
}

} // namespace

PlanPanel::PlanPanel(QWidget* parent)
    : Card(QString(), QString(), parent), m_adapter(new widgets::ComboBox),
      m_scale(new widgets::NumberField(widgets::NumberField::Kind::Real)), m_rank(new RankField),
      m_formats(new QWidget), m_dtype(new widgets::ComboBox), m_shards(new widgets::ComboBox),
      m_mergeBase(new widgets::ComboBox), m_folder(new QLineEdit), m_facts(new widgets::FactList),
      m_commands(new widgets::CommandBox),
      m_reason(new widgets::PlainLabel(QString(), Type::Small, Tone::Warning)),
      m_start(widgets::startButton(tr("Export"), u"export"_s)),
      m_showCommand(new widgets::Button(
          tr("Command"), widgets::Button::Kind::Normal, widgets::Button::Extent::Large))
{
    setTitle(tr("What to write"));
    setFlush(true);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    const int padding = theme().px(16);
    layout->setContentsMargins(padding, theme().px(12), padding, theme().px(12));
    layout->setSpacing(theme().px(12));
    layout->addWidget(makeTop());
    layout->addWidget(m_formats);
    layout->addWidget(makeOptions());
    layout->addWidget(m_facts);
    layout->addWidget(m_commands);
    layout->addStretch();
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    // The card shows through.
    content->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    body()->addWidget(area, 1);
    body()->addWidget(new widgets::Separator);
    body()->addWidget(makeBottom());
    showConsequences();
}

QWidget* PlanPanel::makeTop()
{
    m_scale->setRange(-kLargestScale, kLargestScale);
    m_scale->setStep(0.1);
    m_scale->setFormat([](double value) { return QString::number(value, 'f', 2); });
    m_scale->setValue(1);
    m_scaleFrame = new FieldFrame(tr("Scale"), m_scale);
    m_scaleFrame->setHelp(tr("How strongly the adapter acts: 1 as it was trained, 0 not at all."));
    auto* adapterFrame = new FieldFrame(tr("Adapter"), m_adapter);
    auto* top = new QWidget;
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(12));
    layout->addLayout(row({{adapterFrame, 3}, {m_scaleFrame, 1}}));
    layout->addWidget(m_rank);
    connect(m_adapter, &QComboBox::currentIndexChanged, this, &PlanPanel::chooseCurrent);
    connect(m_scale, &widgets::NumberField::edited, this, &PlanPanel::changePlan);
    connect(m_rank, &RankField::edited, this, &PlanPanel::changePlan);
    connect(m_scaleFrame, &FieldFrame::resetRequested, this, [this] {
        m_scale->setValue(1);
        changePlan();
    });
    auto* formats = new QVBoxLayout(m_formats);
    formats->setContentsMargins({});
    formats->setSpacing(theme().px(6));
    auto* label = new widgets::PlainLabel(tr("Formats"), Type::Label, Tone::Secondary);
    formats->addWidget(label);
    return top;
}

QWidget* PlanPanel::makeOptions()
{
    m_dtype->addItem(tr("As stored"), QString());
    for (const QString& dtype : {u"float32"_s, u"bfloat16"_s, u"float16"_s}) {
        m_dtype->addItem(shortDtype(dtype), dtype);
    }
    m_dtypeFrame = new FieldFrame(tr("Weights"), m_dtype);
    m_dtypeFrame->setHelp(tr("Number format of the merged weights."));
    for (const int gigabytes : {5, 2, 10, 50}) {
        m_shards->addItem(app::formatBytes(gigabytes * kGigabyte), gigabytes * kGigabyte);
    }
    m_shardsFrame = new FieldFrame(tr("Shard size"), m_shards);
    m_shardsFrame->setHelp(tr("A model larger than this is written as several files."));
    m_folderFrame = new FieldFrame(tr("Folder"), m_folder);
    widgets::Button* const choose = widgets::linkButton(tr("Change…"));
    choose->setAccessibleName(tr("Choose the folder to write into"));
    m_folderFrame->addLabelWidget(choose);

    auto* options = new QWidget;
    auto* layout = new QVBoxLayout(options);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(12));
    m_mergeBaseFrame = new FieldFrame(tr("Merge into"), m_mergeBase);
    m_mergeBaseFrame->setHelp(
        tr("The adapter saw rounded weights. Merged into the original ones it answers a little "
           "differently; the report measures both."));
    m_mergeBaseFrame->hide();
    layout->addLayout(row({{m_dtypeFrame, 1}, {m_shardsFrame, 1}}));
    layout->addWidget(m_mergeBaseFrame);
    layout->addWidget(m_folderFrame);
    connect(m_mergeBase, &QComboBox::currentIndexChanged, this, &PlanPanel::changePlan);
    connect(m_dtype, &QComboBox::currentIndexChanged, this, &PlanPanel::changePlan);
    connect(m_shards, &QComboBox::currentIndexChanged, this, &PlanPanel::changePlan);
    connect(m_folder, &QLineEdit::textEdited, this, &PlanPanel::changePlan);
    connect(choose, &QAbstractButton::clicked, this, &PlanPanel::folderRequested);
    return options;
}

QWidget* PlanPanel::makeBottom()
{
    auto* bottom = new QWidget;
    auto* layout = new QVBoxLayout(bottom);
    const int padding = theme().px(16);
    layout->setContentsMargins(padding, theme().px(12), padding, theme().px(12));
    layout->setSpacing(theme().px(8));
    m_reason->setWrapping(true);
    layout->addWidget(m_reason);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(theme().px(8));
    buttons->addWidget(m_start, 1);
    buttons->addWidget(m_showCommand);
    layout->addLayout(buttons);
    m_showCommand->setIconName(u"terminal"_s);
    m_showCommand->setCheckable(true);
    m_commands->hide();
    connect(m_showCommand, &QAbstractButton::toggled, m_commands, &QWidget::setVisible);
    connect(m_start, &QAbstractButton::clicked, this, &PlanPanel::startRequested);
    return bottom;
}

void PlanPanel::setAdapters(std::vector<Adapter> adapters)
{
    const QString before = adapter() ? adapter()->id : QString();
    {
        const QSignalBlocker blocker(m_adapter);
        m_adapters = std::move(adapters);
        m_adapter->clear();
        for (const Adapter& one : m_adapters) {
            m_adapter->addItem(one.name, one.id);
        }
        if (!before.isEmpty()) {
            m_adapter->setCurrentData(before);
        }
    }
    if (!adapter() || adapter()->id != before) {
        chooseCurrent();
    }
}

void PlanPanel::setCatalog(const engine::contract::Catalog& catalog)
{
    m_exporters = catalog.exporters;
    m_methods = catalog.methods;
    // Another hello of the same engine changes no choice.
    const QStringList before = plan().formats;
    const bool isFirst = m_cards.empty();
    for (FormatCard* card : std::exchange(m_cards, {})) {
        delete card;
    }
    for (const engine::contract::CatalogEntry& entry : m_exporters) {
        auto* card = new FormatCard(
            app::qs(entry.id), app::engineText(entry.name), app::engineText(entry.summary));
        connect(card, &QAbstractButton::toggled, this, &PlanPanel::changePlan);
        m_formats->layout()->addWidget(card);
        m_cards.push_back(card);
    }
    // A whole model is what most programs read.
    for (FormatCard* card : m_cards) {
        const QSignalBlocker blocker(card);
        card->setChecked(isFirst ? holdsTheModel(card->format()) : before.contains(card->format()));
    }
    showForms();
    showConsequences();
}

bool PlanPanel::chooseAdapter(const QString& idOrPath)
{
    const auto found =
        std::find_if(m_adapters.begin(), m_adapters.end(), [&idOrPath](const Adapter& one) {
            return one.id == idOrPath || one.path == idOrPath;
        });
    return found != m_adapters.end() && m_adapter->setCurrentData(found->id);
}

const Adapter* PlanPanel::adapter() const
{
    const int index = m_adapter->currentIndex();
    return index >= 0 && index < std::ssize(m_adapters)
               ? &m_adapters[static_cast<std::size_t>(index)]
               : nullptr;
}

void PlanPanel::chooseCurrent()
{
    const Adapter* const chosen = adapter();
    m_adapter->setTrailingText(chosen ? app::shortHash(chosen->sha256) : QString());
    m_base.reset();
    m_refusal.clear();
    showMergeBase();
    showForms();
    showConsequences();
    Q_EMIT adapterChanged();
}

// Only an adapter that saw its base packed has two bases to be merged into; what corrects their
// rounding must not be added to weights that were not rounded.
void PlanPanel::showMergeBase()
{
    const Adapter* const chosen = adapter();
    const bool isPacked = chosen != nullptr && !chosen->baseQuantization.isEmpty();
    m_mergeBaseFrame->setVisible(isPacked);
    const QSignalBlocker blocker(m_mergeBase);
    m_mergeBase->clear();
    if (!isPacked) {
        m_mergeBaseFrame->setHint({});
        return;
    }
    if (!chosen->correctsRounding) {
        m_mergeBase->addItem(tr("Original weights"), QString());
    }
    m_mergeBase->addItem(tr("Weights as they were trained on"), u"dequantized"_s);
    m_mergeBaseFrame->setHint(
        (chosen->correctsRounding
             ? tr("Trained on %1, whose rounding this adapter corrects (LoftQ): the original "
                  "weights would get the correction twice.")
             : tr("Trained on %1. Both are measured."))
            .arg(chosen->baseQuantization));
}

// Formats that the adapter's method has no form for are off, each with the exporter's own words; a
// rank to choose where the method nests them.
void PlanPanel::showForms()
{
    const Adapter* const chosen = adapter();
    const std::string method = chosen ? app::stdString(chosen->method) : std::string();
    const auto* known = engine::contract::findEntry(m_methods, method);
    m_rank->setMost(known && known->nestedRanks ? chosen->rank : 0);
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        const engine::contract::CatalogEntry& exporter = m_exporters[i];
        const bool isRefused =
            known
            && std::find(exporter.accepts.begin(), exporter.accepts.end(), method)
                   == exporter.accepts.end();
        const QSignalBlocker blocker(m_cards[i]);
        const bool wasRefused = !m_cards[i]->refusal().isEmpty();
        m_cards[i]->setRefusal(
            isRefused ? tr("Not for %1: %2.")
                            .arg(app::engineText(known->name), app::engineText(exporter.refusal))
                      : QString());
        if (wasRefused && !isRefused && holdsTheModel(m_cards[i]->format())) {
            m_cards[i]->setChecked(true);
        }
    }
    // What was chosen may be what is refused.
    const auto isOn = [](const FormatCard* card) { return card->isChecked(); };
    const auto isPossible = [](const FormatCard* card) { return card->refusal().isEmpty(); };
    if (std::none_of(m_cards.begin(), m_cards.end(), isOn)
        && !std::all_of(m_cards.begin(), m_cards.end(), isPossible)) {
        const auto first = std::find_if(m_cards.begin(), m_cards.end(), isPossible);
        if (first != m_cards.end()) {
            const QSignalBlocker blocker(*first);
            (*first)->setChecked(true);
        }
    }
}

void PlanPanel::setBase(const BaseFacts& base)
{
    m_base = base;
    m_dtype->setItemText(0,
                         base.dtype.isEmpty() ? tr("As stored")
                                              : tr("As stored (%1)").arg(shortDtype(base.dtype)));
    showConsequences();
}

void PlanPanel::setFreeBytes(std::optional<qint64> bytes)
{
    m_freeBytes = bytes;
    showConsequences();
}

void PlanPanel::proposeFolder(const QString& folder)
{
    if (m_folder->text().isEmpty() || m_folder->text() == m_proposed) {
        m_folder->setText(folder); // the end shows, where folders differ
    }
    m_proposed = folder;
    showConsequences();
}

void PlanPanel::setFolder(const QString& folder)
{
    m_folder->setText(folder);
    changePlan();
}

void PlanPanel::setRefusal(const QString& words)
{
    m_refusal = words;
    showConsequences();
}

void PlanPanel::setRunning(bool isRunning)
{
    m_isRunning = isRunning;
    showConsequences();
}

void PlanPanel::setWritten(bool isWritten)
{
    m_start->setText(isWritten ? tr("Export again") : tr("Export"));
}

ExportPlan PlanPanel::plan() const
{
    ExportPlan plan;
    if (const Adapter* const chosen = adapter()) {
        plan.basePath = chosen->basePath;
        plan.adapterId = chosen->id;
        plan.adapterName = chosen->name;
        plan.adapterPath = chosen->path;
    }
    plan.scale = m_scale->value().value_or(1);
    plan.rank = m_rank->rank();
    for (const FormatCard* card : m_cards) {
        if (card->isChecked()) {
            plan.formats.append(card->format());
        }
    }
    plan.dtype = m_dtype->currentData().toString();
    // The first is the engine's own default.
    plan.shardBytes = m_shards->currentIndex() > 0 ? m_shards->currentData().toLongLong() : 0;
    plan.mergeBase =
        m_mergeBaseFrame->isHidden() ? QString() : m_mergeBase->currentData().toString();
    plan.folder = m_folder->text().trimmed();
    return plan;
}

void PlanPanel::changePlan()
{
    m_refusal.clear();
    showConsequences();
    Q_EMIT planChanged();
}

QString PlanPanel::ownRefusal() const
{
    const ExportPlan now = plan();
    if (m_isRunning) {
        return tr("An export is being written.");
    }
    if (now.adapterPath.isEmpty()) {
        return tr("There is no adapter yet. Train one, or import one on the Adapters page.");
    }
    if (!m_scale->value() || !m_scale->isInRange()) {
        return tr("The scale is not a number that can be used.");
    }
    if (!m_rank->isUsable()) {
        return tr("The rank is not one that the adapter has.");
    }
    if (now.formats.isEmpty()) {
        const bool hasForm =
            std::any_of(m_cards.begin(), m_cards.end(), [](const FormatCard* card) {
                return card->refusal().isEmpty();
            });
        return hasForm ? tr("Choose at least one format.")
                       : tr("No format holds what this adapter is.");
    }
    if (now.folder.isEmpty()) {
        return tr("Name the folder to write into.");
    }
    return m_refusal;
}

void PlanPanel::showConsequences()
{
    const ExportPlan now = plan();
    const BaseFacts base = m_base.value_or(BaseFacts());
    const qint64 adapterBytes = adapter() ? adapter()->bytes : 0;
    qint64 toWrite = 0;
    qint64 memory = 0;
    bool isKnown = true;
    for (FormatCard* card : m_cards) {
        const qint64 bytes = exportBytes(card->format(), base, adapterBytes, now.dtype);
        card->setSizeText(bytes < 0 || adapterBytes == 0 ? app::noValue()
                                                         : app::formatBytes(bytes));
        if (card->isChecked()) {
            isKnown = isKnown && bytes >= 0;
            toWrite += std::max<qint64>(bytes, 0);
            memory = std::max(memory, exportMemory(card->format(), base, adapterBytes));
        }
    }
    const bool hasModel = std::any_of(now.formats.begin(), now.formats.end(), &holdsTheModel);
    m_dtypeFrame->setEnabled(hasModel);
    m_shardsFrame->setEnabled(hasModel);
    m_dtypeFrame->setHint(hasModel ? QString() : tr("Only for a merged model"));
    const bool isTooLarge = isKnown && m_freeBytes && toWrite > *m_freeBytes;
    const QString size = isKnown ? app::formatBytes(toWrite) : app::noValue();
    const QList<widgets::FactList::Fact> facts = {
        {tr("To write"),
         m_freeBytes ? tr("%1, %2 are free").arg(size, app::formatBytes(*m_freeBytes)) : size,
         widgets::FactList::Style::Normal,
         isTooLarge ? Tone::Error : Tone::Normal},
        {tr("Memory needed"),
         !isKnown    ? app::noValue()
         : !hasModel ? app::formatMemory(memory)
                     : tr("about %1, for the check").arg(app::formatMemory(memory))}};
    const bool isSame = std::equal(facts.begin(),
                                   facts.end(),
                                   m_facts->facts().begin(),
                                   m_facts->facts().end(),
                                   [](const auto& left, const auto& right) {
                                       return left.value == right.value && left.tone == right.tone;
                                   });
    if (!isSame) { // new rows flicker
        m_facts->setFacts(facts);
    }

    const double scale = m_scale->value().value_or(std::nan(""));
    const bool isUsable = m_scale->value() && m_scale->isInRange();
    m_scaleFrame->setChanged(scale != 1, tr("Back to 1"));
    m_scaleFrame->setState(!isUsable      ? FieldFrame::State::Refused
                           : scale == 0.0 ? FieldFrame::State::Unusual
                                          : FieldFrame::State::Normal,
                           !isUsable      ? tr("Not a number from −1000 to 1000")
                           : scale == 0.0 ? tr("Writes the base unchanged")
                                          : QString());
    const QString refusal = !ownRefusal().isEmpty() ? ownRefusal()
                            : isTooLarge            ? tr("There is not enough room on this drive.")
                                                    : QString();
    m_reason->setText(refusal);
    m_reason->setVisible(!refusal.isEmpty());
    m_start->setEnabled(refusal.isEmpty());
    m_commands->setText(shellCommands(m_program, now));
    m_showCommand->setEnabled(!now.adapterPath.isEmpty() && !now.formats.isEmpty());
}

} // namespace ui::pages::exporting
