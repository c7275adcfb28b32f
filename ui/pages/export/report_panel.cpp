// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/report_panel.h"

#include "app/base/engine_text.h"
#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/export/export_size.h"
#include "ui/pages/export/merge_comparison.h"
#include "ui/pages/export/number_cell.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/chip_delegate.h"
#include "ui/widgets/command_box.h"
#include "ui/widgets/item_roles.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table_view.h"

#include <QHeaderView>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;
using engine::contract::Value;
using Severity = widgets::MessageBar::Severity;

namespace {

// Below this width files and hints stand below each other.
constexpr int kNarrow = 720;
constexpr int kResultColumn = 5;

QStandardItem* verdict(const ExportResult& result)
{
    const Value& check = result.answer["verification"];
    QStandardItem* const item = textCell(QString());
    const bool isPassed = result.isWritten() && check["passed"].toBool();
    const bool isFailed = !result.isWritten() || (check.isObject() && !isPassed);
    item->setData(isFailed           ? ReportPanel::tr("failed")
                  : check.isObject() ? ReportPanel::tr("passed")
                                     : ReportPanel::tr("written"),
                  widgets::ChipRole);
    item->setData(int(isFailed           ? widgets::Chip::Kind::Error
                      : check.isObject() ? widgets::Chip::Kind::Ok
                                         : widgets::Chip::Kind::Neutral),
                  widgets::ChipKindRole);
    item->setData(item->data(widgets::ChipRole), Qt::AccessibleTextRole);
    return item;
}

// What the exporters say of what they wrote, each sentence once.
QStringList notesOf(const std::vector<ExportResult>& results)
{
    QStringList notes;
    for (const ExportResult& result : results) {
        for (const Value& note : result.answer["notes"].toList()) {
            notes.append(app::engineText(note.toString()));
        }
    }
    notes.removeDuplicates();
    return notes;
}

QString shortened(const QString& hash)
{
    return hash.size() > 12 ? QString(hash.left(4) + u'…' + hash.right(4)) : hash;
}

} // namespace

ReportPanel::ReportPanel(std::function<QString(const QString&)> nameOf, QWidget* parent)
    : QWidget(parent), m_nameOf(std::move(nameOf)), m_verdictCard(makeVerdictCard()),
      m_comparison(new MergeComparison), m_filesCard(makeFilesCard()), m_openCard(makeOpenCard())
{
    const int gap = theme().px(16);
    m_lower = new QBoxLayout(QBoxLayout::LeftToRight);
    m_lower->setSpacing(gap);
    m_lower->addWidget(m_filesCard, 1);
    m_lower->addWidget(m_openCard, 1);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins({});
    layout->setSpacing(gap);
    layout->addWidget(m_verdictCard);
    layout->addWidget(m_comparison);
    layout->addLayout(m_lower, 1);
    auto* area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    content->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(area);
}

widgets::Card* ReportPanel::makeVerdictCard()
{
    auto* card = new widgets::Card(tr("Verification report"));
    card->setFlush(true);
    widgets::Button* const save = widgets::ghostButton(tr("Save report"), u"save"_s);
    card->addHeaderWidget(save);
    connect(save, &QAbstractButton::clicked, this, &ReportPanel::saveRequested);
    m_verdict = new widgets::MessageBar(Severity::Success);
    auto* verdictBox = new QWidget;
    auto* box = new QVBoxLayout(verdictBox);
    const int padding = theme().px(16);
    box->setContentsMargins(padding, theme().px(12), padding, theme().px(12));
    box->addWidget(m_verdict);
    card->body()->addWidget(verdictBox);

    m_numberModel = new QStandardItemModel(this);
    m_numberModel->setHorizontalHeaderLabels({tr("Output"),
                                              tr("Largest |Δ logit|"),
                                              tr("Allowed"),
                                              tr("Mean KL"),
                                              tr("Same top token"),
                                              tr("Result")});
    for (int column = 1; column < kResultColumn; ++column) {
        m_numberModel->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight
                                                                      | Qt::AlignVCenter);
    }
    m_numbers = new widgets::TableView;
    m_numbers->setAccessibleName(tr("Numbers of the verification"));
    m_numbers->setModel(m_numberModel);
    m_numbers->setStretchColumn(0);
    m_numbers->setFitsContent(true);
    m_numbers->setItemDelegateForColumn(kResultColumn, new widgets::ChipDelegate(m_numbers));
    card->body()->addWidget(m_numbers);
    return card;
}

widgets::Card* ReportPanel::makeFilesCard()
{
    auto* card = new widgets::Card(tr("Files"));
    card->setFlush(true);
    widgets::Button* const reveal = widgets::ghostButton(tr("Reveal"), u"folder"_s);
    card->addHeaderWidget(reveal);
    connect(reveal, &QAbstractButton::clicked, this, &ReportPanel::revealRequested);
    m_fileModel = new QStandardItemModel(this);
    m_files = new widgets::TableView;
    m_files->setAccessibleName(tr("Files that were written"));
    m_files->setModel(m_fileModel);
    m_files->horizontalHeader()->hide();
    card->body()->addWidget(m_files, 1);
    return card;
}

widgets::Card* ReportPanel::makeOpenCard()
{
    auto* card = new widgets::Card(tr("Open with"));
    m_lines = new widgets::CommandBox;
    card->body()->addWidget(m_lines);
    card->body()->addStretch();
    return card;
}

void ReportPanel::show(const ExportJob& job, const QString& engineProgram)
{
    showVerdict(job);
    showNumbers(job.results());
    showComparison(job);
    showFiles(job);
    QStringList written;
    for (const ExportResult& result : job.results()) {
        if (result.isWritten()) {
            written.append(result.format);
        }
    }
    m_hints = openHints(job.plan(), written, engineProgram);
    delete m_programs;
    m_programs = new widgets::SegmentedControl({}, true);
    for (const OpenHint& hint : m_hints) {
        m_programs->addSegment(hint.program);
    }
    connect(m_programs, &widgets::SegmentedControl::currentChanged, this, &ReportPanel::showHint);
    m_openCard->addHeaderWidget(m_programs);
    m_openCard->setVisible(!m_hints.isEmpty());
    m_filesCard->setVisible(!written.isEmpty());
    m_programs->setCurrentIndex(0);
    showHint(0);
}

void ReportPanel::showHint(int index)
{
    if (index >= 0 && index < m_hints.size()) {
        m_lines->setText(m_hints[index].text);
    }
}

void ReportPanel::showVerdict(const ExportJob& job)
{
    const auto& results = job.results();
    const auto failed =
        std::find_if(results.begin(), results.end(), [](const ExportResult& result) {
            return !result.isWritten();
        });
    const bool isChecked = std::any_of(results.begin(), results.end(), [](const auto& result) {
        return result.answer["verification"].isObject();
    });
    m_verdictCard->setFact(isChecked ? tr("against base and adapter in fp32, on the same tokens")
                                     : QString());
    if (failed == results.end()) {
        const int count = static_cast<int>(results.size());
        m_verdict->setSeverity(Severity::Success);
        QStringList details = {isChecked ? tr("A merged model was re-read from disk and compared "
                                              "before its folder was published.")
                                         : tr("An adapter is copied as it is; there is nothing to "
                                              "compare.")};
        details += notesOf(results);
        m_verdict->setText(isChecked ? tr("%n export(s) passed and are in place.", nullptr, count)
                                     : tr("%n export(s) are in place.", nullptr, count),
                           details.join(u' '));
        return;
    }
    m_verdict->setSeverity(job.wasCancelled() ? Severity::Warning : Severity::Error);
    m_verdict->setText(
        tr("%1: %2").arg(m_nameOf(failed->format), app::errorSentence(*failed->error)),
        app::errorDetail(*failed->error) + u' ' + tr("Nothing of it was put in place."));
}

void ReportPanel::showNumbers(const std::vector<ExportResult>& results)
{
    m_numberModel->setRowCount(0);
    for (const ExportResult& result : results) {
        const Value& check = result.answer["verification"];
        QStandardItem* const name = textCell(m_nameOf(result.format));
        name->setData(true, widgets::StrongRole);
        m_numberModel->appendRow({name,
                                  numberCell(check["max_abs_diff"]),
                                  numberCell(check["tolerance"]),
                                  numberCell(check["mean_kl"]),
                                  shareCell(check["top1_agreement"]),
                                  verdict(result)});
    }
    m_numbers->updateGeometry();
}

// Every format of one plan is merged alike: the first that compares says it for all.
void ReportPanel::showComparison(const ExportJob& job)
{
    const auto& results = job.results();
    const auto compared = std::ranges::find_if(
        results, [](const ExportResult& result) { return result.answer["comparison"].isObject(); });
    m_comparison->setComparison(compared == results.end() ? Value()
                                                          : compared->answer["comparison"]);
}

void ReportPanel::showFiles(const ExportJob& job)
{
    m_fileModel->clear();
    qint64 bytes = 0;
    int count = 0;
    int folders = 0;
    for (const ExportResult& result : job.results()) {
        folders += result.isWritten() ? 1 : 0;
        for (const Value& file : result.answer["files"].toList()) {
            const QString hash = app::qs(file["sha256"].toString());
            QStandardItem* const shortHash = textCell(shortened(hash), true);
            shortHash->setData(true, widgets::MonoRole);
            shortHash->setToolTip(hash.toHtmlEscaped());
            m_fileModel->appendRow(
                {textCell(result.format + u'/' + app::qs(file["path"].toString())),
                 textCell(app::formatBytes(file["bytes"].toInteger()), true),
                 shortHash});
            bytes += file["bytes"].toInteger();
            ++count;
        }
    }
    m_files->setStretchColumn(0);
    m_filesCard->setFact(tr("%1 in %2 · %3")
                             .arg(tr("%n file(s)", nullptr, count),
                                  tr("%n folder(s)", nullptr, folders),
                                  app::formatBytes(bytes)));
}

void ReportPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_lower->setDirection(width() < theme().px(kNarrow) ? QBoxLayout::TopToBottom
                                                        : QBoxLayout::LeftToRight);
    m_files->setMinimumHeight(theme().px(200));
}

} // namespace ui::pages::exporting
