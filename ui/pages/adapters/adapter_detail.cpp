// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/adapters/adapter_detail.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/task.h"
#include "app/base/text.h"
#include "app/engine/engine_service.h"
#include "app/library/library.h"
#include "app/studio/studio.h"
#include "ui/pages/adapters/abilities.h"
#include "ui/pages/adapters/adapter_header.h"
#include "ui/pages/adapters/adapter_texts.h"
#include "ui/pages/adapters/lineage_view.h"
#include "ui/pages/adapters/note_editor.h"
#include "ui/pages/adapters/rank_card.h"
#include "ui/theme/theme.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/figure_row.h"
#include "ui/widgets/figure_tile.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace ui::pages::adapters {

using app::library::Adapter;
using app::library::Subject;
using app::library::SubjectKind;
using ::engine::contract::Value;
using namespace Qt::StringLiterals;

namespace {

enum Figure { Loss, Metric, Change, Size };
enum Link { None, ToBase, ToData, ToRun };

Subject subjectOf(const Adapter& adapter)
{
    return {SubjectKind::Adapter, adapter.row};
}

std::optional<double> meanRelativeNorm(const Value& answer)
{
    double sum = 0;
    int count = 0;
    for (const Value& module : answer["modules"].toList()) {
        if (module["relative_norm"].isNumber()) {
            sum += module["relative_norm"].toDouble();
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

} // namespace

AdapterDetail::AdapterDetail(app::Studio& studio, QWidget* parent)
    : Card({}, {}, parent), m_studio(studio), m_header(new AdapterHeader),
      m_problem(new widgets::MessageBar(widgets::MessageBar::Severity::Warning)),
      m_figures(new widgets::FigureRow), m_lineage(new LineageView), m_ranks(new RankCard),
      m_abilities(new AbilityList), m_note(new NoteEditor), m_facts(new widgets::FactList),
      m_scroll(new QScrollArea)
{
    setFlush(true);
    m_figures->addTile(tr("Validation loss"));
    m_figures->addTile(tr("Evaluation"));
    m_figures->addTile(tr("Change of weights"));
    m_figures->addTile(tr("Size"));

    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    addSection(layout, m_header, false);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_figures);
    layout->addWidget(new widgets::Separator);
    auto* lineage = new QWidget;
    auto* lineageLayout = new QVBoxLayout(lineage);
    lineageLayout->setContentsMargins({});
    lineageLayout->setSpacing(theme().px(8));
    lineageLayout->addWidget(m_problem);
    lineageLayout->addWidget(new widgets::PlainLabel(tr("Lineage"), Type::BodyStrong));
    lineageLayout->addWidget(m_lineage);
    addSection(layout, lineage);
    m_rankSection = addSection(layout, m_ranks);
    auto* abilities = new QWidget;
    auto* abilitiesLayout = new QVBoxLayout(abilities);
    abilitiesLayout->setContentsMargins({});
    abilitiesLayout->setSpacing(theme().px(8));
    abilitiesLayout->addWidget(new widgets::PlainLabel(tr("What it can do"), Type::BodyStrong));
    abilitiesLayout->addWidget(m_abilities);
    m_abilitySection = addSection(layout, abilities);
    auto* words = new QWidget;
    auto* wordsLayout = new QVBoxLayout(words);
    wordsLayout->setContentsMargins({});
    wordsLayout->setSpacing(theme().px(8));
    wordsLayout->addWidget(m_facts);
    wordsLayout->addWidget(new widgets::PlainLabel(tr("Note"), Type::Small, Tone::Secondary));
    wordsLayout->addWidget(m_note);
    addSection(layout, words, false);
    layout->addStretch();
    m_problem->hide();
    m_scroll->setWidget(content);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    body()->addWidget(m_scroll);

    connect(m_header->actions(), &AdapterActions::requested, this, &AdapterDetail::requested);
    connect(m_lineage, &LineageView::adapterActivated, this, &AdapterDetail::adapterRequested);
    connect(m_lineage, &LineageView::baseActivated, this, &AdapterDetail::baseRequested);
    connect(m_ranks, &RankCard::retryRequested, this, &AdapterDetail::inspect);
    connect(m_note, &NoteEditor::saved, this, [this](const QString& text) {
        (void)m_studio.library().notes().set(subjectOf(m_adapter), text);
    });
    connect(m_facts, &widgets::FactList::activated, this, [this](int row) {
        switch (m_links.value(row)) {
        case ToBase:
            Q_EMIT baseRequested(m_adapter.basePath);
            break;
        case ToData:
            Q_EMIT dataRequested(
                m_studio.library().runs().find(m_adapter.run.value_or(0)).value().dataPath);
            break;
        case ToRun:
            Q_EMIT runRequested(m_adapter.runFolder);
            break;
        default:
            break;
        }
    });
}

QWidget* AdapterDetail::addSection(QVBoxLayout* layout, QWidget* section, bool hasLine)
{
    auto* frame = new QWidget;
    auto* outer = new QVBoxLayout(frame);
    outer->setContentsMargins({});
    outer->setSpacing(0);
    auto* inner = new QVBoxLayout;
    const int side = theme().px(16);
    inner->setContentsMargins(side, theme().px(12), side, theme().px(12));
    inner->addWidget(section);
    outer->addLayout(inner);
    if (hasLine) {
        outer->addWidget(new widgets::Separator);
    }
    layout->addWidget(frame);
    return frame;
}

AdapterActions* AdapterDetail::actions() const
{
    return m_header->actions();
}

void AdapterDetail::show(const Adapter& adapter)
{
    const bool isSame = adapter.row == m_adapter.row;
    const bool isSameContent =
        isSame && adapter.sha256 == m_adapter.sha256 && adapter.basePath == m_adapter.basePath;
    m_note->save(); // of the one that goes, under its own name
    m_adapter = adapter;
    auto& library = m_studio.library();
    const auto tags = library.tags().of(subjectOf(adapter));
    m_header->show(
        adapter, kindOf(adapter, m_studio.engine().catalog()), tags ? tags.value() : QStringList());
    showKind();
    const auto note = library.notes().of(subjectOf(adapter));
    if (!isSame || !m_note->hasFocus()) {
        m_note->setNote(note ? note.value() : QString());
    }
    m_lineage->setLineage(readLineage(library, adapter));
    showFigures();
    if (!isSameContent) {
        m_scroll->verticalScrollBar()->setValue(0);
        m_knowsFiles = false;
        m_files = {};
        m_fit.clear();
        m_ranks->setLoading();
        app::runThen(
            this,
            [adapter] { return std::pair(adapter.row, readAdapterFiles(adapter)); },
            [this](const std::pair<qint64, AdapterFiles>& read) {
                if (read.first == m_adapter.row) {
                    showFiles(read.second);
                }
            });
    }
    showFacts();
    showActions();
}

void AdapterDetail::showFigures()
{
    const Adapter& adapter = m_adapter;
    m_figures->tile(Loss)->setFigure(lossText(adapter));
    m_figures->tile(Loss)->setSub(
        adapter.evalStep > 0 ? tr("best at step %1").arg(app::formatCount(adapter.evalStep))
        : adapter.evalLoss   ? QString()
                             : tr("not evaluated"));
    const auto evaluations = m_studio.library().evaluations().ofAdapter(adapter.id);
    auto* metric = m_figures->tile(Metric);
    metric->setVisible(evaluations && !evaluations.value().empty());
    if (evaluations && !evaluations.value().empty()) {
        const auto& newest = evaluations.value().front();
        if (!newest.metrics.toObject().empty()) {
            const auto& [name, value] = newest.metrics.toObject().front();
            metric->setCaption(app::qs(name));
            metric->setFigure(app::formatNumber(value.toDouble(), 3));
            metric->setSub(tr("%n samples", nullptr, int(newest.samples)));
        }
    }
    m_figures->tile(Change)->setFigure(
        adapter.relativeNorm ? app::formatPercent(*adapter.relativeNorm) : app::noValue());
    m_figures->tile(Change)->setSub(tr("|ΔW| / |W|, mean"));
    m_figures->tile(Size)->setFigure(app::formatBytes(adapter.bytes));
    m_figures->tile(Size)->setSub(
        tr("%1 · %2").arg(app::formatCount(adapter.parameters),
                          adapter.dtype.isEmpty() ? app::noValue() : adapter.dtype));
}

void AdapterDetail::showFiles(const AdapterFiles& files)
{
    m_files = files;
    m_knowsFiles = true;
    showActions();
    showFacts();
    showKind();
    if (files.isThere) {
        inspect();
    }
}

// Ranks only where there are any; what the kind can do where the engine knows it.
void AdapterDetail::showKind()
{
    const ::engine::contract::Catalog* catalog = m_studio.engine().catalog();
    const auto* method =
        catalog ? ::engine::contract::findEntry(catalog->methods, app::stdString(m_adapter.method))
                : nullptr;
    const bool hasRanks = method == nullptr || noRankReason(*method).isEmpty();
    m_rankSection->setVisible(hasRanks && (!m_knowsFiles || m_files.isThere));
    const QList<Ability> abilities = catalog ? abilitiesOf(m_adapter, *catalog) : QList<Ability>();
    m_abilitySection->setVisible(!abilities.isEmpty());
    m_abilities->setAbilities(abilities);
}

void AdapterDetail::showActions()
{
    m_problem->clearActions();
    m_refusal.clear();
    if (m_knowsFiles && !m_files.isThere) {
        m_refusal = tr("The files of this adapter are not where they were.");
        m_problem->setText(m_refusal, m_adapter.path);
    } else if (m_knowsFiles && !m_files.isBaseThere) {
        m_refusal = tr("Its base model is not on this computer.");
        m_problem->setText(
            m_refusal,
            tr("It was made for %1. Add that model, and it can be used.").arg(baseText(m_adapter)));
        m_problem->addAction(tr("Go to Models"), this, [this] {
            Q_EMIT baseRequested(m_adapter.base ? m_adapter.basePath : QString());
        });
    }
    const bool isTrashed = m_adapter.trashed.isValid();
    m_problem->setVisible(!m_refusal.isEmpty() && !isTrashed);
    app::library::AdapterQuery others;
    others.base = m_adapter.base;
    const auto rivals = m_studio.library().adapters().totals(others);
    const bool hasRival = m_adapter.base && rivals && rivals.value().count > 1;
    actions()->show(isTrashed,
                    m_refusal,
                    hasRival ? QString() : tr("Needs a second adapter of the same base."));
}

void AdapterDetail::showFacts()
{
    using Fact = widgets::FactList::Fact;
    using Style = widgets::FactList::Style;
    QList<Fact> facts;
    m_links.clear();
    const auto add =
        [&](const QString& key, const QString& value, Link link = None, Tone tone = Tone::Normal) {
            facts.append({key, value, link == None ? Style::Normal : Style::Link, tone});
            m_links.append(link);
        };
    const bool isBaseMissing = m_knowsFiles && !m_files.isBaseThere;
    const QString base = isBaseMissing      ? tr("%1, missing").arg(baseText(m_adapter))
                         : !m_fit.isEmpty() ? tr("%1 · %2").arg(baseText(m_adapter), m_fit)
                                            : baseText(m_adapter);
    add(tr("Base"),
        base,
        m_adapter.base && !isBaseMissing ? ToBase : None,
        isBaseMissing ? Tone::Warning : Tone::Normal);
    const auto held = m_studio.library().baseModels().find(m_adapter.base.value_or(0));
    const QString dtype = held ? held.value().dtype : QString();
    if (const QString precision = precisionText(m_adapter, dtype); !precision.isEmpty()) {
        const bool isOther = !dtype.isEmpty() && dtype != m_adapter.baseQuantization;
        add(tr("Trained on"), precision, None, isOther ? Tone::Warning : Tone::Normal);
    }
    const auto run = m_studio.library().runs().find(m_adapter.run.value_or(0));
    if (run) {
        const auto& found = run.value();
        const QString data = found.datasetName.isEmpty() ? found.dataPath : found.datasetName;
        add(tr("Data"),
            found.trainSamples > 0 ? tr("%1 · %2 train + %3 validation")
                                         .arg(data,
                                              app::formatCount(found.trainSamples),
                                              app::formatCount(found.validationSamples))
                                   : data,
            ToData);
        add(tr("Run"), QDir(found.folder).dirName(), ToRun);
    }
    QStringList made = {app::formatMoment(m_adapter.made)};
    if (run && run.value().metrics.seconds > 0) {
        made << app::formatDuration(run.value().metrics.seconds);
    }
    if (run && !run.value().device.isEmpty()) {
        made << run.value().device;
    }
    add(tr("Made"), made.join(u" · "_s));
    if (!m_files.names.isEmpty()) {
        add(tr("Files"), m_files.names.join(u" · "_s));
    }
    m_facts->setFacts(facts);
}

void AdapterDetail::inspect()
{
    auto& engine = m_studio.engine();
    if (!m_question.isEmpty()) {
        engine.cancel(m_question);
    }
    m_ranks->setLoading();
    Value arguments = Value::object({{"adapter", app::stdString(m_adapter.path)}});
    if (m_files.isBaseThere) {
        arguments.set("model", app::stdString(m_adapter.basePath));
    }
    m_question =
        engine.ask(u"inspect adapter"_s,
                   arguments,
                   this,
                   [this, row = m_adapter.row](const ::engine::contract::Result<Value>& answer) {
                       m_question.clear();
                       if (row != m_adapter.row) {
                           return;
                       }
                       if (answer) {
                           showInspected(answer.value());
                       } else {
                           m_ranks->setFailure(app::errorSentence(answer.error()),
                                               app::errorDetail(answer.error()));
                       }
                   });
}

void AdapterDetail::showInspected(const Value& answer)
{
    m_ranks->setGrid(rankGrid(answer));
    const int modules = int(answer["modules"].toList().size());
    if (answer["compatible"].isBool()) {
        m_fit = answer["compatible"].toBool()
                    ? tr("all %n modules fit", nullptr, modules)
                    : tr("%n problems", nullptr, int(answer["problems"].toList().size()));
        showFacts();
    }
    const auto norm = meanRelativeNorm(answer);
    if (norm && norm != m_adapter.relativeNorm) {
        m_adapter.relativeNorm = norm;
        showFigures();
        (void)m_studio.library().adapters().setRelativeNorm(m_adapter.row, *norm);
    }
}

} // namespace ui::pages::adapters
