// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/target_panel.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/forms/value_text.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/job_facts.h"
#include "ui/pages/train/matrix_legend.h"
#include "ui/pages/train/method_options.h"
#include "ui/pages/train/method_outline.h"
#include "ui/pages/train/module_match.h"
#include "ui/pages/train/target_matrix_view.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/slider.h"

#include <QHBoxLayout>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace ui::pages::train {

namespace {

using engine::contract::Value;
using widgets::NumberField;
using widgets::PlainLabel;

// What the card shows below the method's fields.
enum Below { kMatrix, kOutline, kInstead, kLoading, kMore };

// The slider runs over powers of two, in tenths.
constexpr int kTenths = 10;
constexpr int kMostDoublings = 10;

int sliderOf(int rank)
{
    return static_cast<int>(std::lround(kTenths * std::log2(std::max(rank, 1))));
}

} // namespace

TargetPanel::TargetPanel(JobDraft& draft, QWidget* parent)
    : QWidget(parent), m_draft(draft), m_model(new TargetMatrixModel(draft, this)),
      m_view(new TargetMatrixView(*m_model, TargetMatrixView::Part::Cells)),
      m_sums(new TargetMatrixView(*m_model, TargetMatrixView::Part::Sums)),
      m_options(new MethodOptions(draft)), m_outline(new MethodOutline), m_toolbar(nullptr),
      m_line(new widgets::Separator), m_rankRow(new QWidget), m_pages(new QStackedWidget),
      m_instead(new widgets::EmptyState(QStringLiteral("model"), QString())),
      m_loading(new widgets::LoadingState), m_quick(new widgets::SegmentedControl),
      m_pattern(new widgets::SearchField(tr("Names or an expression"), false)),
      m_matches(new PlainLabel({}, Type::Small, Tone::Secondary, m_pattern)),
      m_patternProblem(new PlainLabel({}, Type::Caption, Tone::Error)),
      m_slider(new widgets::Slider(0, kTenths * kMostDoublings, 0)),
      m_rank(new NumberField(NumberField::Kind::Integer)),
      m_alpha(new NumberField(NumberField::Kind::Real)),
      m_scale(new PlainLabel({}, Type::Small, Tone::Secondary)),
      m_legend(new MatrixLegend(*m_model, *m_view))
{
    m_toolbar = makeToolbar();
    m_pages->addWidget(makeMatrix());
    m_pages->addWidget(m_outline);
    m_pages->addWidget(m_instead);
    m_pages->addWidget(m_loading);
    m_pages->addWidget(m_options->more());
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_toolbar);
    outer->addWidget(m_options);
    outer->addWidget(m_line);
    outer->addWidget(m_pages, 1);
    connect(m_options, &MethodOptions::openChanged, this, &TargetPanel::showPage);
    connect(m_model, &TargetMatrixModel::selectionChanged, this, &TargetPanel::showSelection);
    connect(&draft, &JobDraft::edited, this, &TargetPanel::follow);
    showPage();
}

QWidget* TargetPanel::makeToolbar()
{
    auto* bar = new QWidget;
    auto* layout = new QVBoxLayout(bar);
    layout->setContentsMargins(theme().px(16), 0, theme().px(16), theme().px(12));
    layout->setSpacing(theme().px(8));

    m_quickTargets = {Value("all-linear"),
                      Value::list(std::vector<std::string>{"q", "k", "v", "o"}),
                      Value::list(std::vector<std::string>{"q", "v"})};
    m_quick->addSegment(tr("All linear"));
    m_quick->addSegment(tr("Attention"), {}, tr("q, k, v and o of every layer"));
    m_quick->addSegment(QStringLiteral("q v"), {}, tr("q and v of every layer"));
    m_pattern->setMono(true);
    m_pattern->setAccessibleName(tr("Target pattern"));
    m_pattern->setToolTip(tr("Names with commas between, matched by the end of a module's name, or "
                             "a regular expression for the whole name"));
    m_patternProblem->setWrapping(true);
    m_patternProblem->hide();
    auto* first = new QHBoxLayout;
    first->setSpacing(theme().px(8));
    first->addWidget(m_quick);
    first->addWidget(m_pattern, 1);
    auto* inside = new QHBoxLayout(m_pattern);
    inside->setContentsMargins(0, 0, theme().px(30), 0);
    inside->addStretch(1);
    inside->addWidget(m_matches);
    layout->addLayout(first);
    layout->addWidget(m_patternProblem);

    auto* second = new QHBoxLayout(m_rankRow);
    second->setContentsMargins(0, 0, 0, 0);
    second->setSpacing(theme().px(12));
    auto* rankLabel = new PlainLabel(tr("Rank"), Type::Body);
    rankLabel->setBuddy(m_rank);
    m_slider->setAccessibleName(tr("Rank"));
    m_slider->setSingleStep(kTenths);
    m_slider->setPageStep(kTenths);
    m_rank->setRange(1, 1 << kMostDoublings);
    m_rank->setAccessibleName(tr("Rank"));
    m_rank->setFixedWidth(theme().px(56));
    m_alpha->setRange(0, 65536);
    m_alpha->setAccessibleName(tr("Alpha"));
    m_alpha->setFixedWidth(theme().px(56));
    auto* alphaLabel = new PlainLabel(QStringLiteral("α"), Type::Body, Tone::Secondary);
    alphaLabel->setBuddy(m_alpha);
    second->addWidget(rankLabel);
    second->addWidget(m_slider, 1);
    second->addWidget(m_rank);
    second->addWidget(alphaLabel);
    second->addWidget(m_alpha);
    second->addWidget(m_scale);
    layout->addWidget(m_rankRow);
    connect(&m_draft, &JobDraft::fieldsChanged, this, [this, alphaLabel] {
        m_rankRow->setVisible(m_model->hasRank());
        for (QWidget* widget : std::initializer_list<QWidget*>{alphaLabel, m_alpha, m_scale}) {
            widget->setVisible(m_model->hasAlpha());
        }
    });

    connect(m_quick, &widgets::SegmentedControl::currentChanged, this, &TargetPanel::chooseQuickly);
    connect(m_pattern, &QLineEdit::textEdited, this, &TargetPanel::takePattern);
    connect(m_pattern, &QLineEdit::editingFinished, this, [this] { m_draft.endStep(); });
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        if (!m_isShowing) {
            const int doublings = (position + kTenths / 2) / kTenths;
            m_model->setDefaultRank(1 << doublings, QStringLiteral("rank"));
        }
    });
    connect(m_slider, &QSlider::sliderReleased, this, [this] { m_draft.endStep(); });
    connect(m_rank, &NumberField::edited, this, [this] {
        if (m_rank->value() && m_rank->isInRange()) {
            m_model->setDefaultRank(static_cast<int>(*m_rank->value()), QStringLiteral("rank"));
        }
    });
    connect(m_alpha, &NumberField::edited, this, [this] {
        if (m_alpha->value() && m_alpha->isInRange()) {
            m_model->setAlpha(*m_alpha->value(), QStringLiteral("alpha"));
        }
    });
    for (NumberField* field : {m_rank, m_alpha}) {
        connect(field, &NumberField::committed, this, [this] {
            m_draft.endStep();
            showSelection();
        });
    }
    return bar;
}

QWidget* TargetPanel::makeMatrix()
{
    auto* matrix = new QWidget;
    auto* layout = new QVBoxLayout(matrix);
    layout->setContentsMargins(theme().px(8), 0, theme().px(16), theme().px(4));
    layout->setSpacing(0);
    layout->addWidget(m_view, 1);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_sums);
    auto* footer = new QWidget;
    footer->setMinimumHeight(theme().height(Size::CardHeader));
    auto* footerLayout = new QHBoxLayout(footer);
    footerLayout->setContentsMargins(theme().px(16), 0, theme().px(16), 0);
    footerLayout->addWidget(m_legend);
    auto* outer = new QWidget;
    auto* outerLayout = new QVBoxLayout(outer);
    outerLayout->setContentsMargins(0, 0, 0, 0);
    outerLayout->setSpacing(0);
    outerLayout->addWidget(matrix, 1);
    outerLayout->addWidget(new widgets::Separator);
    outerLayout->addWidget(footer);
    connect(m_view, &TargetMatrixView::arranged, this, [this] { m_sums->alignTo(*m_view); });
    connect(m_view->horizontalScrollBar(), &QScrollBar::valueChanged, this, [this](int x) {
        m_sums->horizontalScrollBar()->setValue(x);
    });
    return outer;
}

bool TargetPanel::hasTargets() const
{
    const engine::contract::CatalogEntry* method = m_draft.methodEntry();
    return m_draft.isReady() && method != nullptr && TargetMatrixModel::edits(*method);
}

void TargetPanel::setModelAnswer(const Answer& answer)
{
    m_isLoading = answer.isPending;
    m_hasFailed = answer.error.has_value();
    m_instead->setWords(m_hasFailed ? app::errorDetail(*answer.error) : QString());
    if (!answer.isPending) {
        m_model->setGrid(ModuleGrid::fromInspection(answer.value));
    }
    showPage();
}

void TargetPanel::follow()
{
    if (m_refusal.isEmpty()) {
        m_patternProblem->hide();
    }
    showPage();
}

void TargetPanel::showPage()
{
    if (m_isLoading) {
        m_pages->setCurrentIndex(kLoading);
        m_loading->start();
        Q_EMIT factChanged();
        return;
    }
    m_loading->stop();
    if (m_hasFailed) {
        m_instead->setTitle(tr("This model cannot be read"));
    } else if (hasTargets() && m_model->grid().isEmpty()) {
        m_instead->setTitle(tr("No model chosen"));
        m_instead->setWords(m_model->hasRank()
                                ? tr("Its layers and modules appear here, each with its rank.")
                                : tr("Its layers and modules appear here."));
    }
    m_outline->setMethod(m_draft.methodEntry());
    const bool hasModel = !m_hasFailed && !m_model->grid().isEmpty();
    m_pages->setCurrentIndex(m_options->isOpen() ? kMore
                             : m_hasFailed       ? kInstead
                             : !hasTargets()     ? kOutline
                             : hasModel          ? kMatrix
                                                 : kInstead);
    const bool hasToolbar = hasTargets() && hasModel;
    const bool isHeaded = hasToolbar || !m_options->isHidden();
    m_toolbar->setVisible(hasToolbar);
    m_line->setVisible(isHeaded);
    layout()->setContentsMargins(0, isHeaded ? theme().px(12) : 0, 0, 0);
    Q_EMIT factChanged();
}

void TargetPanel::setPlanAnswer(const Answer& answer)
{
    if (answer.isKnown()) {
        m_model->setPlanned(answer.value["targets"]);
    }
    if (!answer.isPending) {
        m_outline->setParts(answer.error ? engine::contract::Value() : answer.value["parts"]);
    }
}

QString TargetPanel::title() const
{
    if (hasTargets()) {
        return m_model->hasRank() ? tr("Targets and ranks") : tr("Targets");
    }
    const engine::contract::CatalogEntry* method = m_draft.methodEntry();
    return method != nullptr ? app::engineText(method->name) : tr("Method");
}

QString TargetPanel::fact() const
{
    if (!hasTargets()) {
        const engine::contract::CatalogEntry* method = m_draft.methodEntry();
        return method != nullptr ? app::qs(method->paper) : QString();
    }
    if (m_pages->currentIndex() != kMatrix) {
        return {};
    }
    int all = 0;
    for (const GridModule& module : m_model->grid().modules()) {
        all += module.isSlice || module.isOutputHead() ? 0 : 1;
    }
    return tr("%1 of %n modules", nullptr, all).arg(QString::number(m_model->selection().count()));
}

void TargetPanel::setRefusal(const QString& words)
{
    m_refusal = words;
    m_patternProblem->setText(words);
    m_patternProblem->setVisible(!words.isEmpty());
}

void TargetPanel::showSelection()
{
    m_isShowing = true;
    const int rank = m_model->rank();
    m_slider->setValue(sliderOf(rank));
    if (!m_rank->hasFocus() || m_rank->value() != rank) {
        m_rank->setValue(rank);
    }
    if (!m_alpha->hasFocus() || m_alpha->value() != m_model->alpha()) {
        m_alpha->setValue(m_model->alpha());
    }
    const QString scale = app::formatNumber(m_model->scaleOf(rank, m_model->alpha()), 3);
    m_scale->setText(m_model->isRankStabilised() ? tr("scale α/√r %1").arg(scale)
                                                 : tr("scale α/r %1").arg(scale));
    showPattern();
    m_isShowing = false;
    Q_EMIT factChanged();
}

void TargetPanel::showPattern()
{
    const Value targets = m_draft.value(QStringLiteral("method.targets"));
    const auto isPlain = [this](const char* key) {
        const Value value = m_draft.value(QLatin1String(key));
        return value.isNull() || value.isString() || value.toList().empty();
    };
    int segment = -1;
    for (std::size_t i = 0; i < m_quickTargets.size(); ++i) {
        segment = targets == m_quickTargets[i] ? static_cast<int>(i) : segment;
    }
    const bool isWhole = isPlain("method.exclude") && isPlain("method.layers");
    const QSignalBlocker blocker(m_quick);
    m_quick->setCurrentIndex(isWhole ? segment : -1);
    for (std::size_t i = 0; i < m_quickTargets.size(); ++i) {
        const ModuleMatch match = ModulePattern::targets(m_quickTargets[i], m_model->grid());
        m_quick->segment(static_cast<int>(i))->setVisible(match.ok() || m_model->grid().isEmpty());
    }
    if (!m_pattern->hasFocus()) {
        m_pattern->setText(forms::ValueText::fromTargets(targets));
        m_pattern->setCursorPosition(0);
    }
    const QString problem = m_model->problem().isEmpty() ? m_refusal : m_model->problem();
    m_patternProblem->setText(problem);
    m_patternProblem->setVisible(!problem.isEmpty());
    m_matches->setText(problem.isEmpty() ? tr("✓ %n match", nullptr, m_model->selection().count())
                                         : QString());
}

void TargetPanel::takePattern()
{
    const forms::ReadText read = forms::ValueText::toTargets(m_pattern->text());
    const ModuleMatch match = read.problem.isEmpty()
                                  ? ModulePattern::targets(read.value, m_model->grid())
                                  : ModuleMatch{{}, read.problem};
    if (match.ok()) {
        m_model->setTargets(read.value, QStringLiteral("pattern"));
        return;
    }
    m_patternProblem->setText(match.problem);
    m_patternProblem->show();
    m_matches->setText({});
}

void TargetPanel::chooseQuickly(int segment)
{
    if (segment >= 0 && segment < static_cast<int>(m_quickTargets.size())) {
        m_model->setTargets(m_quickTargets[static_cast<std::size_t>(segment)]);
    }
}

} // namespace ui::pages::train
