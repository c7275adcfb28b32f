// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train/consequences_panel.h"

#include "app/base/error_text.h"
#include "app/base/format.h"
#include "app/base/text.h"
#include "ui/pages/train/job_draft.h"
#include "ui/pages/train/job_facts.h"
#include "ui/pages/train/memory_bar.h"
#include "ui/pages/train/method_warnings.h"
#include "ui/pages/train/target_matrix_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/plain_label.h"
#include "ui/widgets/separator.h"

#include <QHBoxLayout>

namespace ui::pages::train {

namespace {

using engine::contract::Error;
using engine::contract::Value;
using widgets::FactList;
using widgets::MessageBar;
using widgets::PlainLabel;

int64_t deviceMemory(const JobDraft& draft)
{
    const QString wanted = draft.text(QStringLiteral("runtime.device"));
    const std::vector<engine::contract::DeviceInfo>& devices = draft.catalog().devices;
    for (const engine::contract::DeviceInfo& device : devices) {
        if (app::qs(device.id) == wanted) {
            return device.memoryBytes;
        }
    }
    return devices.empty() ? 0 : devices.back().memoryBytes;
}

} // namespace

ConsequencesPanel::ConsequencesPanel(JobDraft& draft,
                                     JobFacts& facts,
                                     TargetMatrixModel& matrix,
                                     QWidget* parent)
    : QWidget(parent), m_draft(draft), m_facts(facts), m_matrix(matrix),
      m_figure(new PlainLabel(app::noValue(), Type::Display)),
      m_share(new PlainLabel({}, Type::Body, Tone::Secondary)),
      m_exact(new PlainLabel({}, Type::Caption, Tone::Tertiary)), m_memory(new MemoryBar),
      m_line(new widgets::Separator), m_list(new FactList), m_warnings(new QVBoxLayout)
{
    const int side = theme().px(16);
    auto* top = new QVBoxLayout;
    top->setContentsMargins(side, theme().px(12), side, theme().px(12));
    top->setSpacing(theme().px(4));
    auto* figure = new QHBoxLayout;
    figure->setSpacing(theme().px(8));
    figure->addWidget(m_figure, 0, Qt::AlignBottom);
    figure->addWidget(m_share, 1, Qt::AlignBottom);
    m_share->setContentsMargins(0, 0, 0, theme().px(5));
    m_exact->setWrapping(true);
    top->addWidget(new PlainLabel(tr("Trainable parameters"), Type::Small, Tone::Secondary));
    top->addLayout(figure);
    top->addWidget(m_exact);
    top->addSpacing(theme().px(8));
    top->addWidget(m_memory);
    m_memory->hide();
    auto* bottom = new QVBoxLayout;
    bottom->setContentsMargins(side, theme().px(12), side, theme().px(12));
    bottom->setSpacing(theme().px(12));
    bottom->addWidget(m_list);
    m_warnings->setSpacing(theme().px(8));
    bottom->addLayout(m_warnings);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_line);
    layout->addLayout(bottom);
    layout->addStretch(1);
    connect(&matrix, &TargetMatrixModel::selectionChanged, this, &ConsequencesPanel::follow);
    connect(&facts, &JobFacts::planChanged, this, &ConsequencesPanel::follow);
    connect(&facts, &JobFacts::dataChanged, this, &ConsequencesPanel::follow);
    connect(&facts, &JobFacts::modelChanged, this, &ConsequencesPanel::follow);
    connect(&facts, &JobFacts::diskChanged, this, &ConsequencesPanel::follow);
    follow();
}

void ConsequencesPanel::follow()
{
    if (!m_draft.isReady()) {
        return;
    }
    showTrainable();
    showFacts();
    showWarnings();
    Q_EMIT changed();
}

QString ConsequencesPanel::source() const
{
    if (m_draft.text(QStringLiteral("model.path")).isEmpty() || m_facts.plan().error) {
        return {};
    }
    if (m_facts.plan().isPending) {
        return tr("calculating…");
    }
    return m_facts.plan().value["probe"].isObject() ? tr("probed") : tr("calculated");
}

void ConsequencesPanel::showTrainable()
{
    const Answer& plan = m_facts.plan();
    int64_t trainable = plan.value["parameters"]["trainable"].toInteger(-1);
    int64_t total = plan.value["parameters"]["total"].toInteger();
    const bool isLocal =
        !plan.isKnown() && !plan.error && !m_matrix.grid().isEmpty() && m_matrix.countsPairs();
    if (isLocal) {
        trainable = m_matrix.parameters();
        total = m_matrix.grid().parameters();
    }
    const bool isKnown = trainable >= 0 && total > 0 && !plan.error;
    m_words.figure = isKnown ? app::formatShort(trainable) : app::noValue();
    m_words.share = isKnown ? tr("%1 of the base")
                                  .arg(app::formatPercent(static_cast<double>(trainable)
                                                          / static_cast<double>(total)))
                            : QString();
    m_words.exact = isKnown ? app::formatCount(trainable) : QString();
    m_figure->setText(m_words.figure);
    m_share->setText(m_words.share);
    m_exact->setText(isKnown ? tr("%1 of %2 numbers").arg(m_words.exact, app::formatCount(total))
                             : tr("Known when a model is chosen"));
    m_exact->setVisible(isKnown || !plan.error);
}

void ConsequencesPanel::showFacts()
{
    const Value& plan = m_facts.plan().value;
    const bool hasMemory = plan["bytes"].isObject();
    m_memory->setVisible(hasMemory);
    if (hasMemory) {
        m_memory->setPlan(plan, deviceMemory(m_draft));
    }
    QList<FactList::Fact> facts;
    const auto add = [&facts](const QString& icon, const QString& key, const QString& value) {
        facts.append({key, value, FactList::Style::Normal, Tone::Normal, icon});
    };
    if (plan["seconds"].isNumber()) {
        add(QStringLiteral("clock"), tr("Time"), app::formatDuration(plan["seconds"].toDouble()));
    }
    if (plan["seconds_per_step"].isNumber()) {
        add({}, tr("Per step"), app::formatDuration(plan["seconds_per_step"].toDouble()));
    }
    if (plan["disk_bytes"].isNumber()) {
        add(QStringLiteral("drive"),
            tr("Disk while training"),
            app::formatBytes(plan["disk_bytes"].toInteger()));
    }
    if (m_facts.disk().known) {
        add({}, tr("Free on that drive"), app::formatBytes(m_facts.disk().freeBytes));
    }
    if (plan["trained_bytes"].isNumber() && !hasMemory) {
        add(QStringLiteral("device"),
            tr("Memory of what is trained"),
            app::formatMemory(plan["trained_bytes"].toInteger()));
    }
    if (plan["adapter_bytes"].isNumber()) {
        add(QStringLiteral("adapters"),
            tr("Adapter file"),
            app::formatBytes(plan["adapter_bytes"].toInteger()));
    }
    m_line->setVisible(!facts.isEmpty());
    m_list->setFacts(facts);
}

void ConsequencesPanel::setProblems(const QList<Error>& errors)
{
    m_problems = errors;
    showWarnings();
}

void ConsequencesPanel::showWarnings()
{
    while (QLayoutItem* item = m_warnings->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    const auto add =
        [this](MessageBar::Severity severity, const QString& cause, const QString& then) {
            m_warnings->addWidget(new MessageBar(severity, cause, then));
        };
    for (const Error& error : m_problems) {
        add(MessageBar::Severity::Error, app::errorSentence(error), app::errorDetail(error));
    }
    const Value& plan = m_facts.plan().value;
    if (const engine::contract::CatalogEntry* method = m_draft.methodEntry();
        method != nullptr && !m_facts.plan().error) {
        const QString rate = QStringLiteral("training.learning_rate");
        const engine::contract::Field* field = m_draft.field(rate);
        for (const MethodWarning& warning : methodWarnings(
                 {*method,
                  plan,
                  m_facts.model().value,
                  m_draft.value(rate).toDouble(),
                  field != nullptr ? field->defaultValue.toDouble() : 0,
                  deviceMemory(m_draft),
                  m_draft.text(QStringLiteral("model.quantization")),
                  m_draft.value(QStringLiteral("model.quantize_embeddings")).toBool()})) {
            add(warning.severity, warning.cause, warning.consequence);
        }
    }
    const int64_t disk = plan["disk_bytes"].toInteger();
    if (m_facts.disk().known && disk > m_facts.disk().freeBytes) {
        add(MessageBar::Severity::Warning,
            tr("The disk is too full."),
            tr("The run needs %1, free are %2.")
                .arg(app::formatBytes(disk), app::formatBytes(m_facts.disk().freeBytes)));
    }
    const Value& lengths = m_facts.data().value["lengths"];
    const int cut = static_cast<int>(lengths["truncated"].toInteger());
    if (cut > 0) {
        const int answers = static_cast<int>(lengths["truncated_answers"].toInteger());
        add(answers > 0 ? MessageBar::Severity::Warning : MessageBar::Severity::Info,
            tr("%n samples are longer than the maximum length.", nullptr, cut),
            answers > 0 ? tr("%n answers are cut.", nullptr, answers) : tr("No answer is cut."));
    }
    const int dropped = static_cast<int>(m_facts.data().value["dropped"].toList().size());
    if (dropped > 0) {
        add(MessageBar::Severity::Info, tr("%n rows cannot be used.", nullptr, dropped), {});
    }
    const double share = m_memory->isVisibleTo(this) ? m_memory->share() : 0;
    if (share > 1) {
        add(MessageBar::Severity::Warning,
            tr("This does not fit into the device's memory."),
            tr("A smaller batch or maximum length needs less."));
    }
}

} // namespace ui::pages::train
