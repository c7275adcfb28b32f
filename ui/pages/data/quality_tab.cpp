// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data/quality_tab.h"

#include "app/base/engine_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "app/studio/studio.h"
#include "ui/pages/data/found_row_model.h"
#include "ui/pages/data/row_edits.h"
#include "ui/pages/data/row_losses.h"
#include "ui/pages/data/row_table_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/loading_state.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::data {

namespace {

using engine::contract::Error;
using engine::contract::Result;
using engine::contract::Value;
using namespace Qt::StringLiterals;
using widgets::Chip;

enum Shown { Loading, Failure, Content };
enum Body { Table, Nothing };

constexpr qsizetype kMostSelected = 2000;
constexpr int kMostAdapters = 500;

} // namespace

QualityTab::QualityTab(app::Studio& studio, RowEdits& edits, QWidget* parent)
    : QWidget(parent), m_studio(studio), m_edits(edits),
      m_texts(new RowTableModel(studio.engine(), edits, this)),
      m_found(new FoundRowModel(*m_texts, this)),
      m_losses(new RowLosses(studio.engine().program(), this)), m_question(studio.engine()),
      m_stack(new QStackedWidget), m_loading(new widgets::LoadingState),
      m_failure(new widgets::MessageBar(widgets::MessageBar::Severity::Error)),
      m_body(new QStackedWidget), m_table(new widgets::TableView),
      m_nothing(new widgets::PlainLabel({}, Type::Body, Tone::Secondary))
{
    const Theme& look = theme();
    auto* failure = new QWidget;
    auto* failureLayout = new QVBoxLayout(failure);
    failureLayout->setContentsMargins(look.px(16), look.px(16), look.px(16), look.px(16));
    failureLayout->addWidget(m_failure);
    failureLayout->addStretch();
    m_table->setModel(m_found);
    m_table->setAccessibleName(tr("Rows that were found"));
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setColumnWidth(FoundRowModel::Number, look.px(72));
    m_table->setColumnWidth(FoundRowModel::Found, look.px(170));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(FoundRowModel::Text, QHeaderView::Stretch);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWrapping(true);
    m_body->addWidget(m_table);
    m_body->addWidget(m_nothing);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(new widgets::Separator);
    layout->addWidget(m_body, 1);
    layout->addWidget(new widgets::Separator);
    layout->addWidget(makeFoot());
    m_stack->addWidget(m_loading);
    m_stack->addWidget(failure);
    m_stack->addWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(m_stack);

    m_failure->addAction(tr("Try again"), this, [this] { ask(); });
    connect(m_table, &widgets::TableView::rowActivated, this, [this](const QModelIndex& index) {
        if (const qint64 row = m_found->at(index.row()).index; row >= 0) {
            Q_EMIT editRequested(row);
        }
    });
    connect(m_table->selectionModel(),
            &QItemSelectionModel::selectionChanged,
            this,
            &QualityTab::updateActions);
    connect(m_texts, &RowTableModel::arrived, this, &QualityTab::updateActions);
    connect(m_losses, &RowLosses::progress, this, &QualityTab::followLosses);
    connect(m_losses, &RowLosses::finished, this, &QualityTab::followLosses);
    connect(m_losses, &RowLosses::failed, this, [this](const Error& error) {
        followLosses();
        m_lossState->setText(app::engineText(error.message));
        m_lossState->setTone(Tone::Error);
    });
    connect(&studio.library(),
            &app::library::Library::changed,
            this,
            [this](app::library::Table table) {
                if (table == app::library::Table::Adapters) {
                    fillAdapters();
                }
            });
    makeChips();
}

QWidget* QualityTab::makeHead()
{
    const Theme& look = theme();
    m_chipRow = new QWidget;
    m_chipRow->setAccessibleName(tr("Checks"));
    m_chips = new widgets::FlowLayout(look.px(6), m_chipRow);
    m_words = new widgets::PlainLabel({}, Type::Small, Tone::Secondary);
    m_words->setWrapping(true);
    auto* head = new QWidget;
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(look.px(16), look.px(12), look.px(16), look.px(10));
    layout->setSpacing(look.px(8));
    layout->addWidget(m_chipRow);
    layout->addWidget(m_words);
    layout->addWidget(makeLossBar());
    return head;
}

QWidget* QualityTab::makeLossBar()
{
    m_adapters = new widgets::ComboBox;
    m_adapters->setAccessibleName(tr("Adapter whose loss is measured"));
    m_adapters->setMinimumWidth(theme().px(180));
    m_measure = widgets::smallButton(tr("Measure"), u"play"_s);
    m_lossState = new widgets::PlainLabel({}, Type::Small, Tone::Tertiary);
    m_lossBar = new QWidget;
    auto* layout = new QHBoxLayout(m_lossBar);
    layout->setContentsMargins({});
    layout->setSpacing(theme().px(8));
    layout->addWidget(m_adapters);
    layout->addWidget(m_measure);
    layout->addWidget(m_lossState, 1);
    connect(m_measure, &QAbstractButton::clicked, this, &QualityTab::measureLosses);
    return m_lossBar;
}

QWidget* QualityTab::makeFoot()
{
    const Theme& look = theme();
    m_summary = new widgets::PlainLabel({}, Type::Small, Tone::Tertiary);
    m_edit = widgets::smallButton(tr("Edit"));
    m_delete = widgets::smallButton(tr("Delete"), u"trash"_s);
    auto* foot = new QWidget;
    auto* layout = new QHBoxLayout(foot);
    layout->setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8));
    layout->setSpacing(look.px(8));
    layout->addWidget(m_summary, 1);
    layout->addWidget(m_edit);
    layout->addWidget(m_delete);
    auto* key = new QAction(m_table);
    key->setShortcut(Qt::Key_Delete);
    key->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(key);
    connect(key, &QAction::triggered, this, &QualityTab::deleteSelected);
    connect(m_delete, &QAbstractButton::clicked, this, &QualityTab::deleteSelected);
    connect(m_edit, &QAbstractButton::clicked, this, [this] {
        if (const QList<qint64> rows = selectedRows(); rows.size() == 1) {
            Q_EMIT editRequested(m_found->at(int(rows.front())).index);
        }
    });
    return foot;
}

void QualityTab::fillAdapters()
{
    const QString chosen = m_adapters->currentData().toString();
    m_adapters->clear();
    app::library::AdapterQuery query;
    query.sort = app::library::AdapterSort::Made;
    if (const auto base = m_studio.library().baseModels().findByPath(m_model)) {
        query.base = base.value().row;
        if (const auto found = m_studio.library().adapters().list(query, kMostAdapters)) {
            for (const app::library::Adapter& adapter : found.value()) {
                m_adapters->addItem(adapter.name, adapter.path);
            }
        }
    }
    m_adapters->addItem(tr("The model alone"), QString());
    if (!m_adapters->setCurrentData(chosen)) {
        m_adapters->setCurrentIndex(0);
    }
    m_adapters->setEnabled(!m_model.isEmpty());
    followLosses();
}

void QualityTab::setSource(const DataSource& source, qint64 rows)
{
    if (source.path != m_source.path) {
        m_losses->clear();
    }
    m_source = source;
    m_rows = rows;
    m_texts->setSource(source, rows);
    m_isCurrent = false;
    m_findings.clear();
    Q_EMIT countChanged(-1);
    if (isVisible()) {
        ask();
    }
}

void QualityTab::setEdits(const QString& file)
{
    m_source.edits = file;
    m_texts->setEdits(file);
    m_isCurrent = false;
    if (isVisible()) {
        ask();
    }
}

void QualityTab::setModel(const QString& folder)
{
    if (folder != m_model) {
        m_model = folder;
        m_losses->clear();
        fillAdapters();
    }
}

void QualityTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_adapters->count() == 0) {
        fillAdapters();
    }
    ask();
}

void QualityTab::ask()
{
    if (m_isCurrent || m_source.path.isEmpty()) {
        return;
    }
    m_isCurrent = true;
    // What was found before the last edit stays in sight while it is looked for again.
    if (m_findings.empty()) {
        m_stack->setCurrentIndex(Loading);
        m_loading->start();
    }
    Value question = m_source.edited();
    question.set("quality", true);
    m_question.ask(question, m_rows, [this](const Result<Value>& answer) {
        m_loading->stop();
        if (answer.ok()) {
            take(answer.value()["quality"]);
        } else {
            fail(answer.error());
        }
    });
}

void QualityTab::take(const Value& quality)
{
    m_findings = readFindings(quality);
    m_findings.push_back({Check::Loss});
    int count = 0;
    for (const Finding& finding : m_findings) {
        count += isConcern(finding) ? int(finding.count) : 0;
    }
    Q_EMIT countChanged(count);
    m_stack->setCurrentIndex(Content);
    // The first reason to look, until a person has chosen.
    const auto named = [this](Check check) {
        return std::ranges::find(m_findings, check, &Finding::check) != m_findings.end();
    };
    if (!named(m_check) || m_chipOf.empty()) {
        const auto first = std::ranges::find_if(m_findings, isConcern);
        m_check = first == m_findings.end() ? m_findings.front().check : first->check;
    }
    makeChips();
    showFinding();
}

void QualityTab::fail(const Error& error)
{
    m_isCurrent = false;
    m_failure->setText(app::engineText(error.message), app::engineText(error.hint));
    m_stack->setCurrentIndex(Failure);
}

void QualityTab::makeChips()
{
    const bool hadFocus = m_chipRow->isAncestorOf(focusWidget());
    for (const auto& [check, chip] : m_chipOf) {
        m_chips->removeWidget(chip);
        chip->hide();
        chip->deleteLater();
    }
    m_chipOf.clear();
    for (const Finding& finding : m_findings) {
        const bool isLoss = finding.check == Check::Loss;
        auto* chip = new Chip(isLoss ? checkTitle(Check::Loss) : countWords(finding));
        chip->setKind(isConcern(finding)                         ? Chip::Kind::Warning
                      : finding.check == Check::Labels || isLoss ? Chip::Kind::Neutral
                                                                 : Chip::Kind::Ok);
        chip->setFilter(true);
        chip->setChecked(finding.check == m_check);
        chip->setAccessibleDescription(checkWords(finding.check));
        connect(chip, &QAbstractButton::clicked, this, [this, check = finding.check] {
            showCheck(check);
        });
        m_chips->addWidget(chip);
        m_chipOf.emplace_back(finding.check, chip);
        if (hadFocus && finding.check == m_check) {
            chip->setFocus();
        }
    }
    m_chipRow->updateGeometry();
}

void QualityTab::showCheck(Check check)
{
    m_check = check;
    for (const auto& [each, chip] : m_chipOf) {
        chip->setChecked(each == check);
    }
    showFinding();
}

void QualityTab::showFinding()
{
    const auto found = std::ranges::find(m_findings, m_check, &Finding::check);
    Finding finding = found == m_findings.end() ? Finding{m_check} : *found;
    const bool isLoss = m_check == Check::Loss;
    if (isLoss && !m_losses->isRunning()) {
        finding.rows = m_losses->rows();
        finding.count = qint64(finding.rows.size());
    }
    m_words->setText(checkWords(m_check));
    m_lossBar->setVisible(isLoss);
    const bool isEmpty = finding.rows.empty();
    m_nothing->setText(!isLoss             ? tr("None were found.")
                       : m_model.isEmpty() ? tr("Losses need a model: add one on Models.")
                       : m_losses->isRunning()
                           ? tr("Every row is read by the model once.")
                           : tr("Measure to see the rows that are learned worst "
                                "first."));
    m_found->setFinding(std::move(finding));
    m_body->setCurrentIndex(isEmpty ? Nothing : Table);
    if (!isEmpty) {
        m_table->selectRow(0);
    }
    updateActions();
}

void QualityTab::measureLosses()
{
    if (m_losses->isRunning()) {
        m_losses->stop();
        return;
    }
    m_lossState->setTone(Tone::Tertiary);
    m_losses->start(m_source, m_model, m_adapters->currentData().toString());
    followLosses();
}

void QualityTab::followLosses()
{
    const bool isRunning = m_losses->isRunning();
    const auto rows = qint64(m_losses->rows().size());
    m_measure->setText(isRunning ? tr("Stop") : tr("Measure"));
    m_measure->setIconName(isRunning ? u"stop"_s : u"play"_s);
    m_measure->setEnabled(!m_model.isEmpty());
    m_adapters->setEnabled(!isRunning && !m_model.isEmpty());
    m_lossState->setText(isRunning  ? tr("%Ln row(s) measured…", nullptr, int(rows))
                         : rows > 0 ? tr("%Ln row(s) measured", nullptr, int(rows))
                                    : QString());
    if (m_check == Check::Loss && (!isRunning || m_found->rowCount() > 0)) {
        showFinding();
    }
}

// Places in the table, not rows of the file.
QList<qint64> QualityTab::selectedRows() const
{
    QList<qint64> places;
    for (const QItemSelectionRange& range : m_table->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            if (places.size() >= kMostSelected) {
                return {};
            }
            if (m_found->at(row).index >= 0) {
                places.append(row);
            }
        }
    }
    return places;
}

void QualityTab::deleteSelected()
{
    QList<RowName> names;
    for (const qint64 place : selectedRows()) {
        const FoundRow& found = m_found->at(int(place));
        const int row = m_texts->rowOfIndex(found.index);
        if (const DataRow* known = row < 0 ? nullptr : m_texts->rowAt(row)) {
            names.append({known->sha256, known->index});
        }
    }
    if (names.isEmpty()) {
        return;
    }
    // Copies have one hash: of each the first is kept.
    if (m_check == Check::Copies) {
        m_edits.deleteRepeats(names);
    } else {
        m_edits.setDeleted(names, true);
    }
}

void QualityTab::updateActions()
{
    const QList<qint64> places = selectedRows();
    bool isKnown = !places.isEmpty() && m_edits.isLoaded();
    for (const qint64 place : places) {
        const int row = m_texts->rowOfIndex(m_found->at(int(place)).index);
        isKnown = isKnown && row >= 0 && m_texts->rowAt(row) != nullptr;
    }
    m_edit->setEnabled(isKnown && places.size() == 1);
    m_delete->setEnabled(isKnown);
    m_delete->setText(m_check == Check::Copies ? tr("Delete the copies") : tr("Delete"));
    const Finding& finding = m_found->finding();
    const auto listed = qint64(finding.rows.size());
    m_summary->setText(finding.count > listed
                           ? tr("The first %1 of %2")
                                 .arg(app::formatCount(listed), app::formatCount(finding.count))
                           : QString());
}

} // namespace ui::pages::data
